"""A signing desk for tests: every use case on one memory, four signers, a clock that stands still until it is moved."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import TypeVar

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.messages.contract import (
    CaseEnded,
    DocumentsReady,
    Download,
    FrozenDocument,
    Side,
    Signer,
    Signers,
)
from services.common.messages.notice import LinkReported
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import (
    AdmitUpload,
    GetEnvelope,
    GetEvidence,
    GetSignedDocument,
    GetTask,
    Handwriting,
    IdentifySigner,
    Invitation,
    InvitationWish,
    IssueLink,
    ListTasks,
    MintVerificationCode,
    Refuse,
    RequestInvitation,
    ShowTaskPage,
    ShowVerifiedPage,
    Sign,
    SignatureRequested,
    TaskReference,
    TaskView,
    Verification,
    VerificationCode,
    VerifyCode,
    VerifyUpload,
    ViewDocument,
)
from services.common.values import CaseNo, Mobile, PersonId, PersonName
from services.signing.application.admit_upload import UploadAdmitting
from services.signing.application.apply_signature import SignatureApplying
from services.signing.application.catch_up import Behind, CatchingUp
from services.signing.application.expire_envelopes import EnvelopeExpiry
from services.signing.application.give_document import DocumentGiving
from services.signing.application.give_evidence import EvidenceGiving
from services.signing.application.identify_signer import SignerIdentifying
from services.signing.application.issue_link import LinkIssuing
from services.signing.application.list_tasks import TaskListing
from services.signing.application.mint_verification_code import CodeMinting
from services.signing.application.note_approval import ApprovalNoting
from services.signing.application.note_link import LinkNoting
from services.signing.application.open_envelope import EnvelopeOpening
from services.signing.application.ports import Proof
from services.signing.application.refuse import SigningRefusal
from services.signing.application.remove_uploads import UploadRemoval
from services.signing.application.request_invitation import InvitationRequest
from services.signing.application.seal_envelope import EnvelopeSealing
from services.signing.application.show_envelope import EnvelopeShowing
from services.signing.application.show_page import PageShowing
from services.signing.application.show_task import TaskShowing
from services.signing.application.sign import SignatureRequest
from services.signing.application.stamp_documents import DocumentStamping
from services.signing.application.verify_code import CodeVerifying
from services.signing.application.verify_upload import UploadVerifying
from services.signing.application.view_document import DocumentViewing
from services.signing.application.void_envelope import EnvelopeVoiding
from services.signing.domain.envelope import Envelope
from services.signing.domain.parts import Identification, Task
from tests.unit.signing.fakes import (
    FakeContract,
    FakeEngine,
    FakeObjects,
    FakePictures,
    FakeProofs,
    FakeRules,
    Memory,
    MemoryReading,
    MemoryWorks,
    sha256,
)

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
CASE = CaseNo("huangshi", "2026112200001")
PEOPLE = tuple(PersonId("p-" + letter * 26) for letter in "abcd")
NAMES = ("测试甲", "测试乙", "测试丙", "测试丁")
MOBILES = tuple(f"1390000000{n}" for n in range(4))
STRANGER = PersonId("p-" + "e" * 26)
OFFICE = "黄石市存量房网签备案主管部门"
CODE = "ABCDEFGH23456789"
DOCUMENT = b"%PDF base of the contract"
KINDS = ("sale_contract", "inquiry_record")
PER_HOUR = 5
STROKES = tuple(tuple((60.0 + 20 * s + p, 40.0 + 8 * p) for p in range(10)) for s in range(3))
DRAWN = Handwriting(width=600, height=240, strokes=STROKES)
NOT_DRAWN = Handwriting(width=0, height=0, strokes=())
E = TypeVar("E")


def signers(count_: int = 4, seal_field: str = "seal", version: int = 1) -> Signers:
    return Signers(
        case_no=CASE,
        version=version,
        seal_field=seal_field,
        office_name=OFFICE if seal_field else "",
        signers=tuple(
            Signer(
                person_id=PEOPLE[n],
                name=PersonName(NAMES[n]),
                mobile=Mobile(MOBILES[n]),
                side=Side.SELLER if n < count_ // 2 else Side.BUYER,
                is_main=n in {0, count_ // 2},
                field=f"signer_{n + 1}",
            )
            for n in range(count_)
        ),
    )


def nobody() -> Call:
    return Call(Actor(ActorKind.ANONYMOUS, ""), "c", "r")


def person(who: int | PersonId) -> Call:
    return Call(Actor(ActorKind.PERSON, str(PEOPLE[who] if isinstance(who, int) else who)), "c", "r")


def staff() -> Call:
    return Call(Actor(ActorKind.STAFF, str(PEOPLE[0]), ("REVIEWER",), "huangshi-housing"), "c", "r")


def service(name: str) -> Call:
    return Call(Actor(ActorKind.SERVICE, name), "c", "e1")


class Desk:
    """Every use case of signing. Signers are numbered from 0; acts go by link with nobody signed in unless told otherwise."""

    def __init__(self, kinds: int = 1) -> None:
        self.memory, self.objects, self.engine = Memory(), FakeObjects(), FakeEngine()
        self.contract, self.proofs, self.time = FakeContract(), FakeProofs(), NOW
        self.kinds = KINDS[:kinds]
        self.links: dict[int, str] = {}
        self._numbers, self._proofs = count(1), count(1)
        works, reading, rules = MemoryWorks(self.memory), MemoryReading(self.memory), FakeRules()
        self.reading = reading
        objects, engine, now = self.objects, self.engine, self.now
        self._open = EnvelopeOpening(works, reading, self.contract, objects, rules, now, self._new_id)
        self._apply = SignatureApplying(works, reading, objects, engine, now, self._new_id)
        self._seal = EnvelopeSealing(works, objects, engine, now, self._new_id)
        self._note = ApprovalNoting(works)
        stamp = DocumentStamping(works, reading, objects, engine, now, self._new_id)
        self._catch_up = CatchingUp(reading, self._apply, self._seal, stamp, now)
        self._note_link = LinkNoting(works, now)
        self._void = EnvelopeVoiding(works, now)
        self._sweep = EnvelopeExpiry(works, reading, now)
        self._mint = CodeMinting(works, "https://guohu.example.test")
        self._issue = LinkIssuing(works, now)
        self._wish = InvitationRequest(works, now, self._new_id)
        self._show = TaskShowing(works, reading, now)
        self._list = TaskListing(reading, now)
        self._progress = EnvelopeShowing(reading)
        self._give = DocumentGiving(reading, objects)
        self._identify = SignerIdentifying(works, self.proofs, rules, now)
        self._view = DocumentViewing(works, reading, objects, rules, now)
        self.pictures = FakePictures()
        self._sign = SignatureRequest(works, reading, self.pictures, now)
        self._refuse = SigningRefusal(works, now)
        self._verify = CodeVerifying(reading, objects, engine)
        self._admit = UploadAdmitting(works, now, PER_HOUR)
        self._verify_upload = UploadVerifying(reading, objects, engine, now)
        self._remove = UploadRemoval(works, reading, objects, now)
        self._evidence = EvidenceGiving(reading, objects, engine, rules)
        self._page = PageShowing(reading, objects, engine, rules, now)

    def now(self) -> dt.datetime:
        return self.time

    def wait(self, **length: float) -> None:
        self.time += dt.timedelta(**length)

    def _new_id(self) -> str:
        return f"{next(self._numbers):032x}"

    # the worker's events

    def ready(self, version: int = 1, **changed: object) -> DocumentsReady:
        """What contract tells once the documents of a version are stored, which they are from now on."""
        documents = []
        for kind in self.kinds:
            data = DOCUMENT + f" {kind} {version}".encode()
            key = f"contract/documents/{CASE}/{version}/{kind}.pdf"
            self.objects.put(key, data)
            fields = ("signer_1", "signer_2", "signer_3", "signer_4", "seal")
            documents.append(FrozenDocument(kind=kind, key=key, sha256=sha256(data), pages=3, fields=fields))
        told = {"case_no": CASE, "version": version, "verification_code": CODE, "documents": tuple(documents)}
        return DocumentsReady(**(told | changed))  # type: ignore[arg-type]

    def open(self, event: DocumentsReady | None = None) -> None:
        event = event or self.ready()
        self.contract.known.setdefault(event.version, signers(version=event.version))
        self._open(event, service("signing"))

    def apply(self, who: int) -> None:
        event = SignatureRequested(envelope_id=self.envelope.envelope_id, task_id=self.task(who).task_id)
        self._apply(event, service("signing"))

    def approval(self, filing_no: str = "42HS20261122000001") -> ReviewApproved:
        return ReviewApproved(
            case_no=CASE,
            review_id="r1",
            envelope_id=self.envelope.envelope_id,
            filing_no=filing_no,
            approved_at=self.time,
        )

    def seal(self, filing_no: str = "42HS20261122000001") -> None:
        self._seal(self.approval(filing_no), service("signing"))

    def note_approval(self) -> None:
        self._note(self.approval(), service("signing"))

    def note_link(self, who: int, state: str, message: str = "m1", reference: str = "carrier-1") -> None:
        """What notice tells of the message with this signer's link."""
        event = LinkReported(
            task_id=self.task(who).task_id,
            message_id=message,
            carrier_message_id=reference,
            channel_code="SMS",
            state=state,
            happened_at=self.time,
        )
        self._note_link(event, service("signing"))

    def catch_up(self) -> Behind:
        return self._catch_up(service("signing"))

    def end_case(self, state: str = "REVOKED", *, knows_envelope: bool = True) -> None:
        envelope_id = self.envelope.envelope_id if knows_envelope else ""
        event = CaseEnded(case_no=CASE, title_id="t1", state=state, envelope_id=envelope_id)
        self._void(event, service("signing"))

    def sweep(self) -> int:
        return self._sweep(service("signing"))

    # what people and services ask

    def mint(self, version: int = 1, call: Call | None = None) -> VerificationCode:
        return self._mint(MintVerificationCode(case_no=CASE, version=version), call or service("contract"))

    def ask_again(self, who: int, call: Call | None = None) -> InvitationWish:
        """The signer, or whoever calls, wants the link sent again."""
        return self._wish(RequestInvitation(handle=self.task(who).task_id), call or person(who))

    def invite(self, who: int, call: Call | None = None) -> Invitation:
        message = IssueLink(task_id=self.task(who).task_id)
        invitation = self._issue(message, call or service("notice"))
        self.links[who] = invitation.token
        return invitation

    def link(self, who: int) -> str:
        if who not in self.links:
            self.invite(who)
        return self.links[who]

    def show(self, who: int, handle: str = "", call: Call | None = None) -> TaskView:
        return self._show(GetTask(handle=handle or self.link(who)), call or nobody())

    def list(self, call: Call) -> tuple[TaskView, ...]:
        return self._list(ListTasks(), call).tasks

    def progress(self, call: Call | None = None) -> list[tuple[str, str]]:
        view = self._progress(GetEnvelope(envelope_id=self.envelope.envelope_id), call or service("contract"))
        return [(one.state, one.reason) for one in view.signers]

    def give(self, call: Call | None = None, kind: str = KINDS[0]) -> Download:
        message = GetSignedDocument(envelope_id=self.envelope.envelope_id, kind=kind)
        return self._give(message, call or service("contract"))

    def proof(self, who: int, *, task: int | None = None, subject: str | None = None) -> str:
        """A proof of one person, by default for that person's task."""
        text = f"proof-{next(self._proofs)}"
        named = self.task(who if task is None else task).task_id if subject is None else subject
        said = Identification(PEOPLE[who], "FACE", "basic", text)
        self.proofs.known[text] = Proof(said, named, self.time + dt.timedelta(minutes=10))
        return text

    def identify(self, who: int, proof: str = "", handle: str = "", call: Call | None = None) -> TaskReference:
        message = IdentifySigner(handle=handle or self.link(who), proof=proof or self.proof(who))
        return self._identify(message, call or nobody())

    def view(self, who: int, kind: str = KINDS[0], handle: str = "", call: Call | None = None) -> Download:
        message = ViewDocument(handle=handle or self.link(who), kind=kind)
        self._view(message, call or nobody())
        return self._view.show(message, call or nobody())

    def show_again(self, who: int, call: Call | None = None) -> Download:
        """The answer to a repeat of the request to view."""
        return self._view.show(ViewDocument(handle=self.link(who), kind=KINDS[0]), call or nobody())

    def hashes(self) -> tuple[str, ...]:
        return tuple(one.base_sha256 for one in self.envelope.documents)

    def sign(
        self,
        who: int,
        hashes: tuple[str, ...] | None = None,
        drawn: Handwriting = DRAWN,
        intent: str = "签署提交",
        handle: str = "",
        call: Call | None = None,
        picture: str = "",
    ) -> TaskReference:
        message = Sign(
            handle=handle or self.link(who),
            document_hashes=self.hashes() if hashes is None else hashes,
            handwriting=drawn,
            intent=intent,
            picture=picture,
        )
        return self._sign(message, call or nobody())

    def refuse(
        self, who: int, reason: str = "价款与约定不符", handle: str = "", call: Call | None = None
    ) -> TaskReference:
        return self._refuse(Refuse(handle=handle or self.link(who), reason=reason), call or nobody())

    def verify(self, code: str = CODE) -> Verification:
        return self._verify(VerifyCode(code=code), nobody())

    def bring(self, data: bytes, source: str = "source-1") -> str:
        """What the gateway does with a file: ask where to put it, and put it there."""
        admitted = self._admit(AdmitUpload(source=source), nobody())
        self.objects.put(admitted.key, data)
        return admitted.ticket

    def verify_file(self, data: bytes, source: str = "source-1") -> Verification:
        return self.verify_ticket(self.bring(data, source))

    def verify_ticket(self, ticket: str) -> Verification:
        return self._verify_upload(VerifyUpload(ticket=ticket), nobody())

    def package(self, call: Call) -> Download:
        return self._evidence(GetEvidence(case_no=CASE), call)

    def remove_uploads(self) -> int:
        return self._remove(service("signing"))

    def task_page(self, who: int, page: int = 1, size: str = "m", call: Call | None = None) -> Download:
        message = ShowTaskPage(handle=self.link(who), kind=KINDS[0], page=page, size=size)
        return self._page.of_task(message, call or nobody())

    def verified_page(self, call: Call, page: int = 1, size: str = "m") -> Download:
        return self._page.of_code(ShowVerifiedPage(code=CODE, page=page, size=size), call)

    # whole stretches

    def read(self, who: int) -> None:
        """Identify and open everything."""
        self.identify(who)
        for kind in self.kinds:
            self.view(who, kind)

    def sign_whole(self, who: int) -> None:
        """From the link to the signature in the document."""
        self.read(who)
        self.sign(who)
        self.apply(who)

    def signed_by_all(self) -> None:
        self.open()
        for who in range(4):
            self.sign_whole(who)

    # what is kept

    @property
    def envelope(self) -> Envelope:
        """The newest."""
        return max(self.memory.envelopes.values(), key=lambda one: one.version)

    def task(self, who: int) -> Task:
        return next(one for one in self.envelope.tasks if one.person_id == PEOPLE[who])

    def states(self) -> list[str]:
        return [one.state.value for one in self.envelope.tasks]

    def told(self, kind: type[E]) -> list[E]:
        return [one for _, one in self.memory.events if isinstance(one, kind)]

    def acts(self) -> list[str]:
        return [one.act for one in self.memory.evidence.get(self.envelope.envelope_id, [])]

    def document(self, kind: str = KINDS[0]) -> bytes:
        return self.objects.get(self.envelope.document(kind).key)


def opened(kinds: int = 1) -> Desk:
    desk = Desk(kinds)
    desk.open()
    return desk
