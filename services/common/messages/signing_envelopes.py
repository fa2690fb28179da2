"""What other services ask of an envelope: its code, its progress, its newest file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import Download
from services.common.messages.shapes import command, query
from services.common.values import CaseNo, PersonId


@dataclass(frozen=True, kw_only=True)
class VerificationCode:
    """A random code printed into the documents of one version."""

    code: str
    url: str


@command("signing", "mint_verification_code", reply=VerificationCode)
@dataclass(frozen=True, kw_only=True)
class MintVerificationCode:
    """Asked by contract before it draws; repeats for the same case and version return the same code."""

    case_no: CaseNo
    version: int


@dataclass(frozen=True, kw_only=True)
class SignerProgress:
    """Who has signed."""

    person_id: PersonId
    task_id: str
    state: str
    signed_at: dt.datetime | None
    reason: str = ""  # why the signer refused, in their words: for the parties only


@dataclass(frozen=True, kw_only=True)
class EnvelopeView:
    """An envelope for the parties of its case."""

    envelope_id: str
    case_no: CaseNo
    version: int
    state: str  # SIGNING ALL_SIGNED SEALED REFUSED EXPIRED RECALLED
    signers: tuple[SignerProgress, ...]


@query("signing", "get_envelope", reply=EnvelopeView)
@dataclass(frozen=True, kw_only=True)
class GetEnvelope:
    """Asked by contract for the parties, and by staff."""

    envelope_id: str


@query("signing", "get_signed_document", reply=Download)
@dataclass(frozen=True, kw_only=True)
class GetSignedDocument:
    """Asked by contract after it has checked who asks."""

    envelope_id: str
    kind: str
