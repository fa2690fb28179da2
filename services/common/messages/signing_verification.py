"""What anybody may know of a signed file, and what its parties and staff take away: verification, pages, evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import Download
from services.common.messages.shapes import command, query
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class SignatureFact:
    """One signature as verified."""

    field: str
    signer: str  # masked
    signed_at: dt.datetime | None
    intact: bool
    trusted: bool
    reasons: tuple[str, ...]
    company: str = ""  # masked: the enterprise the signer signed for


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What is known of a document by its code."""

    code: str
    accepted: bool
    case_no: str
    state: str
    filing_no: str
    sha256: str
    reasons: tuple[str, ...]
    signatures: tuple[SignatureFact, ...]


@query("signing", "verify_code", reply=Verification, process="worker", deadline=20.0)
@dataclass(frozen=True, kw_only=True)
class VerifyCode:
    """Public: check the stored document behind a code."""

    code: str


@dataclass(frozen=True, kw_only=True)
class UploadTicket:
    """Where the gateway may put one file for verification, for a few minutes."""

    ticket: str
    key: str


@command("signing", "admit_upload", reply=UploadTicket)
@dataclass(frozen=True, kw_only=True)
class AdmitUpload:
    """Public: a file is to be verified. `source`: hash of the sender's address, which is limited per hour."""

    source: str


@query("signing", "verify_upload", reply=Verification, process="worker", deadline=20.0)
@dataclass(frozen=True, kw_only=True)
class VerifyUpload:
    """Public: check the file put where the ticket says. The file is removed with the answer; `code` stays empty in it."""

    ticket: str


@query("signing", "show_task_page", reply=Download, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ShowTaskPage:
    """A picture of a page of a document to be signed, in its signer's session. `page` counts from 1; `size`: s, m or l."""

    handle: str
    kind: str
    page: int
    size: str = "m"


@query("signing", "show_verified_page", reply=Download, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ShowVerifiedPage:
    """A picture of a page of the document behind a code, for those who signed it and staff of its city."""

    code: str
    page: int
    size: str = "m"


@query("signing", "get_evidence", reply=Download, process="worker", deadline=20.0)
@dataclass(frozen=True, kw_only=True)
class GetEvidence:
    """The evidence package of a case's newest envelope, for those who sign it and staff of its city."""

    case_no: CaseNo
