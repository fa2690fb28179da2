"""How a case becomes rows and back: personal parts sealed one by one, progress as readable JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from services.common.kit import wire
from services.common.kit.fields import FieldCipher
from services.common.messages.contract import Act as HistoryAct
from services.common.messages.contract import Holding, Marital, Side, Terms
from services.common.messages.property import Title
from services.common.profiles import Profiles
from services.common.values import CaseNo, CompanyName, IdNumber, Mobile, PersonId, PersonName, Uscc
from services.contract.domain.acknowledgements import Acknowledged
from services.contract.domain.case import Case
from services.contract.domain.core import Cancellation, Consent, Drawing, Submission, Typed
from services.contract.domain.deadlines import due_at, next_act
from services.contract.domain.lifecycle import ENDED, State
from services.contract.domain.parties import Party
from services.contract.domain.shared_mobiles import SharedMobile


@dataclass(frozen=True, kw_only=True)
class StoredParty:
    """A party as sealed; the share is text."""

    person_id: PersonId
    side: Side
    is_main: bool
    name: PersonName
    id_number: IdNumber
    mobile: Mobile
    address: str = ""
    marital: Marital | None = None
    share: str = ""
    id_valid_until: dt.date | None = None
    id_valid_long: bool = False
    postcode: str = ""
    company: CompanyName | None = None
    uscc: Uscc | None = None


@dataclass(frozen=True, kw_only=True)
class StoredParties:
    """One side."""

    saved: bool
    parties: tuple[StoredParty, ...]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What has happened to the case, in ids, codes and times."""

    drawing: Drawing
    submission: Submission
    frozen_by: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    reminded_at: dt.datetime | None = None
    acknowledged: tuple[Acknowledged, ...] = ()
    shared_mobiles: tuple[SharedMobile, ...] = ()
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass(frozen=True)
class CaseRows:
    """Translates between the aggregate and its rows."""

    cipher: FieldCipher
    profiles: Profiles

    def values(self, case: Case) -> dict[str, Any]:
        """Return the columns of `cases`."""
        return {
            "case_no": str(case.no),
            "city": case.no.city,
            "title_id": case.title.title_id,
            "state": case.state.value,
            "holds_house": case.state not in ENDED,
            "revision": case.revision,
            "version": case.version,
            "opened_at": case.opened_at,
            "updated_at": case.updated_at,
            "due_at": due_at(case),
            "attend_at": due.at if (due := next_act(case)) else None,
            "sealed": self._sealed(case),
            "progress": wire.to_plain(
                Progress(
                    drawing=case.drawing,
                    submission=case.submission,
                    frozen_by=case.frozen_by,
                    consents=case.consents,
                    reminded_at=case.reminded_at,
                    acknowledged=case.acknowledged,
                    shared_mobiles=case.shared_mobiles,
                    cancellation=case.cancellation,
                )
            ),
        }

    def parties(self, case: Case) -> list[dict[str, Any]]:
        """Return the rows of `case_parties`."""
        return [
            {"case_no": str(case.no), "person_id": str(one.person_id), "side": one.side.value, "is_main": one.is_main}
            for one in case.parties
        ]

    @staticmethod
    def history(case: Case, kept: int) -> list[dict[str, Any]]:
        """Return the rows of `case_history` that are not kept yet."""
        return [
            {
                "case_no": str(case.no),
                "position": position,
                **{name: getattr(one, name) for name in ("at", "act", "by", "state")},
            }
            for position, one in enumerate(case.history, 1)
            if position > kept
        ]

    def case(self, row: Any, history: list[Any]) -> Case:
        """Return the aggregate of a row and its history."""
        no = CaseNo.parse(row.case_no)
        sellers, buyers = self._side(row.sealed["sellers"]), self._side(row.sealed["buyers"])
        progress = wire.from_plain(Progress, row.progress)
        return Case(
            no=no,
            rules=self.profiles.get(no.city).case_type,
            title=wire.from_plain(Title, self._open(row.sealed["title"])),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            state=State(row.state),
            sellers=tuple(_party(one) for one in sellers.parties),
            sellers_saved=sellers.saved,
            buyers=tuple(_party(one) for one in buyers.parties),
            buyers_saved=buyers.saved,
            terms=wire.from_plain(Terms, self._open(row.sealed["terms"])) if row.sealed.get("terms") else None,
            holding=wire.from_plain(Holding, self._open(row.sealed["holding"])) if row.sealed.get("holding") else None,
            typed=wire.from_plain(Typed, self._open(row.sealed["typed"])) if row.sealed.get("typed") else Typed(),
            revision=row.revision,
            version=row.version,
            drawing=progress.drawing,
            submission=progress.submission,
            frozen_by=progress.frozen_by,
            consents=progress.consents,
            reminded_at=progress.reminded_at,
            acknowledged=progress.acknowledged,
            shared_mobiles=progress.shared_mobiles,
            cancellation=progress.cancellation,
            end_reason=str(self._open(row.sealed["end_reason"])) if row.sealed.get("end_reason") else "",
            history=tuple(HistoryAct(at=one.at, act=one.act, by=one.by, state=one.state) for one in history),
        )

    def location(self, sealed_title: str) -> str:
        """Return where the house is, from a sealed title."""
        return str(self._open(sealed_title)["house"]["location"])

    def _sealed(self, case: Case) -> dict[str, str]:
        parts: dict[str, Any] = {
            "title": wire.to_plain(case.title),
            "sellers": wire.to_plain(_stored(case.sellers, saved=case.sellers_saved)),
            "buyers": wire.to_plain(_stored(case.buyers, saved=case.buyers_saved)),
        }
        if case.terms is not None:
            parts["terms"] = wire.to_plain(case.terms)
        if case.holding is not None:
            parts["holding"] = wire.to_plain(case.holding)
        if case.typed != Typed():
            parts["typed"] = wire.to_plain(case.typed)
        if case.end_reason:
            parts["end_reason"] = case.end_reason
        return {name: self.cipher.seal(json.dumps(part, ensure_ascii=False)) for name, part in parts.items()}

    def _open(self, sealed: str) -> Any:
        return json.loads(self.cipher.open(sealed))

    def _side(self, sealed: str) -> StoredParties:
        return wire.from_plain(StoredParties, self._open(sealed))


def _stored(parties: tuple[Party, ...], *, saved: bool) -> StoredParties:
    return StoredParties(
        saved=saved,
        parties=tuple(
            StoredParty(**{**vars(one), "share": str(one.share) if one.share is not None else ""}) for one in parties
        ),
    )


def _party(stored: StoredParty) -> Party:
    share = _fraction(stored.share) if stored.share else None
    return Party(**{**{one.name: getattr(stored, one.name) for one in dataclasses.fields(stored)}, "share": share})


def _fraction(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))
