"""What the register notes on the house of a case: what is to be acknowledged, which papers are asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say, text
from services.common.messages import contract
from services.common.messages.contract import Side
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class AcknowledgementReply:
    """Who has acknowledged a note, and which text he had read."""

    person_id: PersonId
    text_id: str
    text_version: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class WarningReply:
    """A note that everybody of `sides` acknowledges after reading the text `text_id`: a code, and its words."""

    reason: str
    detail: str
    text_id: str
    text_version: str
    sides: tuple[Side, ...]
    acknowledged: tuple[AcknowledgementReply, ...]
    mine_to_acknowledge: bool

    @classmethod
    def of(cls, one: contract.WarningView, say: Say) -> Self:
        """Build from the message."""
        return cls(
            reason=one.reason,
            detail=say(f"property.{one.reason.lower()}"),
            text_id=one.text_id,
            text_version=one.text_version,
            sides=one.sides,
            acknowledged=tuple(
                AcknowledgementReply(
                    person_id=done.person_id, text_id=done.text_id, text_version=done.text_version, at=done.at
                )
                for done in one.acknowledged
            ),
            mine_to_acknowledge=one.mine_to_acknowledge,
        )


@dataclass(frozen=True, kw_only=True)
class PaperReply:
    """A paper the notes ask for before signing: a code, its words, and whether it was brought."""

    paper: str
    detail: str
    provided: bool

    @classmethod
    def of(cls, one: contract.PaperView, say: Say) -> Self:
        """Build from the message."""
        return cls(paper=one.paper, detail=say(f"property.paper_{one.paper.lower()}"), provided=one.provided)


@dataclass(frozen=True, kw_only=True)
class CautionReply:
    """What is allowed but unusual, its words, and whom it is about."""

    code: str
    detail: str
    person_ids: tuple[PersonId, ...]

    @classmethod
    def of(cls, one: contract.Caution, say: Say) -> Self:
        """Build from the message."""
        return cls(code=one.code, detail=say(one.code), person_ids=one.person_ids)


@dataclass(frozen=True, kw_only=True)
class AgreementReply:
    """A side that has agreed to give the signed contract up (解除); it ends when the other side agrees too."""

    side: Side
    person_id: PersonId
    at: dt.datetime

    @classmethod
    def of(cls, one: contract.ConsentView) -> Self:
        """Build from the message."""
        return cls(side=one.side, person_id=one.person_id, at=one.at)


@dataclass(frozen=True, kw_only=True)
class AcknowledgementBody:
    """Which note is acknowledged, and the id and version of the text that was read about it."""

    reason: str = text(40, 2, pattern=r"[A-Z_]+")
    text_id: str = text(40, 2, pattern=r"[a-z][a-z0-9_]+")
    text_version: str = text(32)

    def message(self, case_no: CaseNo) -> contract.AcknowledgeNote:
        """Return the command."""
        return contract.AcknowledgeNote(
            case_no=case_no, reason=self.reason, text_id=self.text_id, text_version=self.text_version
        )
