"""What signing answers and tells: envelopes, signer tasks, signatures, verification."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.contract import Download
from services.common.messages.shapes import command, event, query
from services.common.values import CaseNo, Mobile, PersonId


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
class Invitation:
    """What notice needs to invite a signer: the fresh link token, once, and the number."""

    task_id: str
    case_no: CaseNo
    mobile: Mobile
    token: str
    expires_at: dt.datetime


@query("signing", "issue_link", reply=Invitation)
@dataclass(frozen=True, kw_only=True)
class IssueLink:
    """Asked by notice alone: a new random link token replaces the former, of which only the hash is kept. May be repeated freely."""

    task_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationWish:
    """A link is on its way; `again_at`: when it may be asked for the next time."""

    task_id: str
    again_at: dt.datetime


@command("signing", "request_invitation", reply=InvitationWish)
@dataclass(frozen=True, kw_only=True)
class RequestInvitation:
    """Have a signer's link sent again, once a minute and five times a day: by the signer, or a main party of the case. By id alone."""

    handle: str


@dataclass(frozen=True, kw_only=True)
class TaskDocument:
    """A document the signer must open: the hash is that of the frozen base."""

    kind: str
    sha256: str
    pages: int
    opened_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A signer task as its signer sees it."""

    task_id: str
    case_no: CaseNo
    state: str  # CREATED NOTIFIED OPENED IDENTIFIED READ SIGNING SIGNED REFUSED EXPIRED VOIDED
    person_id: PersonId
    envelope_state: str
    expires_at: dt.datetime
    session_until: dt.datetime | None
    documents: tuple[TaskDocument, ...]
    allowed_acts: tuple[str, ...]


@query("signing", "get_task", reply=TaskView)
@dataclass(frozen=True, kw_only=True)
class GetTask:
    """A task by its link token, or by its id for the signed-in signer."""

    handle: str


@dataclass(frozen=True, kw_only=True)
class TaskList:
    """A page of the caller's tasks, newest first; `next_cursor` is empty on the last."""

    tasks: tuple[TaskView, ...]
    next_cursor: str = ""


@query("signing", "list_tasks", reply=TaskList)
@dataclass(frozen=True, kw_only=True)
class ListTasks:
    """待签署: the signed-in person's tasks, of all cases or of one; at most 100 at once."""

    case_no: CaseNo | None = None
    cursor: str = ""
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class OpenTasks:
    """Signatures a person still owes, newest first."""

    task_ids: tuple[str, ...]


@query("signing", "list_open_tasks", reply=OpenTasks)
@dataclass(frozen=True, kw_only=True)
class ListOpenTasks:
    """Asked by identity before it erases an account."""

    person_id: PersonId


@dataclass(frozen=True, kw_only=True)
class TaskReference:
    """A task as kept with a request."""

    task_id: str
    state: str


@command("signing", "identify_signer", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class IdentifySigner:
    """Spend an identity proof on this task and open its signing session (30 minutes, sliding)."""

    handle: str
    proof: str


@command("signing", "view_document", reply=Download)
@dataclass(frozen=True, kw_only=True)
class ViewDocument:
    """Open a document: marks it opened and gives the bytes."""

    handle: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Handwriting:
    """A drawn signature: strokes of [x, y] points on a canvas; none where a picture is handed in instead."""

    width: int
    height: int
    strokes: tuple[tuple[tuple[float, float], ...], ...]


@command("signing", "sign", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class Sign:
    """签署提交: the signer wants exactly these bytes signed (hashes of the frozen documents) with this handwriting."""

    handle: str
    document_hashes: tuple[str, ...]
    handwriting: Handwriting
    intent: str  # the words of the button pressed
    picture: str = ""  # base64 of a PNG, instead of strokes; no more than 256 KiB of file


@command("signing", "refuse", reply=TaskReference)
@dataclass(frozen=True, kw_only=True)
class Refuse:
    """拒签, with a reason of at least two characters; ends the envelope."""

    handle: str
    reason: str


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


@dataclass(frozen=True, kw_only=True)
class CertificateLife:
    """A certificate or list of the platform. `kind`: root, intermediate, tsa, seal, root_list, former_intermediate, former_tsa.

    `name`: the office of a seal, the key id of a former one.
    """

    kind: str
    name: str
    expires_at: dt.datetime
    days_left: int


@dataclass(frozen=True, kw_only=True)
class CertificateLives:
    """The soonest to run out first."""

    certificates: tuple[CertificateLife, ...]


@query("signing", "list_certificates", reply=CertificateLives, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ListCertificates:
    """Asked by the operators' command: what runs out when."""


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """`kind`: signature, seal or stamp; `task_id` of a signature."""

    kind: str
    envelope_id: str
    task_id: str = ""


@dataclass(frozen=True, kw_only=True)
class AllLeftBehind:
    """The oldest first, at most a hundred of each kind."""

    left: tuple[LeftBehind, ...]


@query("signing", "list_behind", reply=AllLeftBehind, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ListBehind:
    """Asked by the operators' command: signatures given, seals owed and stamps missing for longer than they should be."""


@dataclass(frozen=True, kw_only=True)
class RevocationList:
    """`der`: base64."""

    der: str


@query("signing", "get_revocation_list", reply=RevocationList, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class GetRevocationList:
    """Public: the list of `root`, `intermediate` or a later `intermediate-TIME`, under the address its certificates name."""

    name: str


@event("signing.envelope_opened")
@dataclass(frozen=True, kw_only=True)
class EnvelopeOpened:
    """Signing can begin; notice sends links to these tasks."""

    envelope_id: str
    case_no: CaseNo
    version: int
    task_ids: tuple[str, ...]


@event("signing.invitation_requested")
@dataclass(frozen=True, kw_only=True)
class InvitationRequested:
    """Somebody wants a signer's link sent again; `invitation_id` tells this wish from others."""

    invitation_id: str
    envelope_id: str
    case_no: CaseNo
    task_id: str


@event("signing.signature_requested")
@dataclass(frozen=True, kw_only=True)
class SignatureRequested:
    """A signer has signed by hand; the worker puts it into the documents."""

    envelope_id: str
    task_id: str


@event("signing.signer_signed")
@dataclass(frozen=True, kw_only=True)
class SignerSigned:
    """One signature is in all documents."""

    envelope_id: str
    case_no: CaseNo
    person_id: PersonId


@event("signing.envelope_signed")
@dataclass(frozen=True, kw_only=True)
class EnvelopeSigned:
    """All have signed."""

    envelope_id: str
    case_no: CaseNo
    version: int


@event("signing.envelope_sealed")
@dataclass(frozen=True, kw_only=True)
class EnvelopeSealed:
    """Seal and long-term data are in; the documents are final."""

    envelope_id: str
    case_no: CaseNo
    filing_no: str
    document_sha256: str


@event("signing.envelope_ended")
@dataclass(frozen=True, kw_only=True)
class EnvelopeEnded:
    """Refused, expired or recalled: no signature of it counts."""

    envelope_id: str
    case_no: CaseNo
    version: int
    state: str
