"""Contract's use cases on fakes, and the steps of a sale as commands, so that tests arrange by doing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from services.common.messages.contract import (
    AcknowledgeNote,
    CaseReference,
    ConfirmContract,
    DocumentsFrozen,
    GenerateContract,
    JoinCase,
    OpenCase,
    SaveParties,
    SaveTerms,
    Side,
    StartSigning,
    SubmitCase,
    Terms,
)
from services.common.messages.identity import Person
from services.common.messages.property import Title
from services.common.messages.review import FilingPushed, ReviewApproved, ReviewClaimed
from services.common.messages.signing import EnvelopeOpened, EnvelopeSealed, EnvelopeSigned, SignerSigned
from services.contract.application.acknowledge_note import NoteAcknowledging
from services.contract.application.cancel_filing import CancellationApplying, CancellationTakingBack
from services.contract.application.confirm_contract import ContractConfirming
from services.contract.application.download_contract import ContractDownloading
from services.contract.application.draw_documents import DocumentDrawing
from services.contract.application.follow_envelope import EnvelopeEvent, EnvelopeFollowing
from services.contract.application.follow_review import ReviewEvent, ReviewFollowing
from services.contract.application.generate_contract import ContractGenerating
from services.contract.application.get_buyers import BuyerListing
from services.contract.application.get_case import CaseShowing
from services.contract.application.get_contacts import ContactListing
from services.contract.application.get_form import FormShowing
from services.contract.application.get_signers import SignerListing
from services.contract.application.join_case import CaseJoining
from services.contract.application.keep_deadlines import DeadlineKeeping, OverdueCounting
from services.contract.application.list_cases import CaseListing
from services.contract.application.look_up_case import CaseLookup
from services.contract.application.open_case import CaseOpening
from services.contract.application.preview_contract import ContractPreview
from services.contract.application.reopen_case import CaseReopening
from services.contract.application.rescind_case import CaseRescission
from services.contract.application.revoke_case import CaseRevocation
from services.contract.application.save_parties import PartySaving
from services.contract.application.save_terms import TermsSaving
from services.contract.application.screening import BuyerScreening
from services.contract.application.search_by_triple import TripleSearch
from services.contract.application.start_signing import SigningStart
from services.contract.application.submit_case import CaseSubmission
from services.contract.application.withdraw_rescission import RescissionWithdrawal
from services.contract.application.withdraw_submission import SubmissionWithdrawal
from services.contract.domain.case import Case
from tests.support import contract_builders as make
from tests.support.contract_fakes import (
    FakeDocuments,
    FakePeople,
    FakeProofs,
    FakeReader,
    FakeRegister,
    FakeRenderer,
    FakeReview,
    FakeScreening,
    FakeSigning,
    FakeWorks,
    Store,
)
from tests.support.contract_materials import bring

NOTICE = "2026.2"
ENVELOPE = "envelope-1"


@dataclass
class World:
    """One deployment of contract with its neighbours faked."""

    at: dt.datetime = make.NOW
    store: Store = field(default_factory=Store)
    register: FakeRegister = field(default_factory=FakeRegister)
    screening: FakeScreening = field(default_factory=FakeScreening)
    people: FakePeople = field(default_factory=FakePeople)
    signing_desk: FakeSigning = field(default_factory=FakeSigning)
    review_desk: FakeReview = field(default_factory=FakeReview)
    renderer: FakeRenderer = field(default_factory=FakeRenderer)
    documents: FakeDocuments = field(default_factory=FakeDocuments)

    def __post_init__(self) -> None:
        works, reader, profiles, now = FakeWorks(self.store), FakeReader(self.store), make.profiles(), lambda: self.at
        proofs, search = FakeProofs(), TripleSearch(works, profiles, now)
        screen = BuyerScreening(self.screening)
        for one in (make.SELLER, make.SELLER_2, make.BUYER, make.BUYER_2, make.STRANGER):
            self.people.people[one.person_id] = one
        self.open_case = CaseOpening(works, profiles, proofs, self.register, self.people, now)
        self.look_up_case = CaseLookup(search)
        self.join_case = CaseJoining(works, profiles, proofs, self.people, search, screen, now)
        self.save_parties = PartySaving(works, reader, screen, make.pseudonym, now)
        self.save_terms = TermsSaving(works, now)
        self.generate_contract = ContractGenerating(works, now)
        self.acknowledge_note = NoteAcknowledging(works, profiles, now)
        self.confirm_contract = ContractConfirming(works, now)
        self.start_signing = SigningStart(works, reader, self.register, screen, now)
        self.submit_case = CaseSubmission(works, now)
        self.withdraw_submission = SubmissionWithdrawal(works, reader, self.review_desk, now)
        self.revoke_case = CaseRevocation(works, now)
        self.rescind_case = CaseRescission(works, now)
        self.withdraw_rescission = RescissionWithdrawal(works, now)
        self.reopen_case = CaseReopening(works, now)
        self.apply_cancellation = CancellationApplying(works, reader, proofs, self.register, now)
        self.take_back_cancellation = CancellationTakingBack(works, now)
        self.get_case = CaseShowing(reader, profiles)
        self.get_form = FormShowing(reader, profiles, make.pseudonym, now)
        self.list_cases = CaseListing(reader)
        self.download_contract = ContractDownloading(reader, profiles, self.signing_desk)
        self.get_signers = SignerListing(reader)
        self.get_buyers = BuyerListing(reader)
        self.get_contacts = ContactListing(reader)
        self.preview_contract = ContractPreview(reader, profiles, self.renderer, self.documents, now)
        self.draw_documents = DocumentDrawing(works, reader, self.signing_desk, self.renderer, self.documents, now)
        self.follow_envelope = EnvelopeFollowing(works, now)
        self.follow_review = ReviewFollowing(works, now)
        self.keep_deadlines = DeadlineKeeping(works, reader, now)
        self.count_overdue = OverdueCounting(reader, now)

    # ---- looking -----------------------------------------------------------------------------------------------
    @property
    def case(self) -> Case:
        """The only case as stored."""
        (case,) = self.store.cases.values()
        return case

    def told(self, kind: type) -> list[object]:
        """The events of a kind, in order."""
        return [one for one in self.store.events if type(one) is kind]

    # ---- the steps of a sale -------------------------------------------------------------------------------------
    def opened(self, *owners: Person, jti: str = "p1", **title: object) -> CaseReference:
        """The first owner opens a case."""
        owners = owners or (make.SELLER,)
        found: Title = make.title(*owners, **title)
        self.register.titles[found.title_id] = found
        message = OpenCase(
            city="huangshi",
            title_id=found.title_id,
            proof=f"OPEN_CASE:{owners[0].person_id}:{jti}",
            notice_version=NOTICE,
        )
        return self.open_case(message, make.call_of(owners[0]))

    def save_side(self, side: Side, *people: Person, shares: tuple[str, ...] = ()) -> CaseReference:
        """The main party saves its side; every material asked of it then is there."""
        shares = shares or ("",) * len(people)
        parties = tuple(make.typed(one, share) for one, share in zip(people, shares, strict=True))
        message = SaveParties(case_no=self.case.no, revision=self.case.revision, side=side, parties=parties)
        answer = self.save_parties(message, make.call_of(people[0]))
        bring(self.store, self.case.no, side)
        return answer

    def agree(self, terms: Terms | None = None, who: Person = make.SELLER) -> CaseReference:
        """The seller saves terms; of a house the register knows to be let, with the end of the lease."""
        let = {"leased": True, "lease_until": dt.date(2027, 6, 1)} if self.case.title.leased else {}
        agreed = terms or make.terms(**let)
        message = SaveTerms(case_no=self.case.no, revision=self.case.revision, terms=agreed)
        return self.save_terms(message, make.call_of(who))

    def published(self, *sellers: Person) -> CaseReference:
        """Opened, and the seller's side complete."""
        sellers = sellers or (make.SELLER,)
        self.opened(*sellers)
        self.save_side(Side.SELLER, *sellers)
        return self.agree()

    def joined(self, buyer: Person = make.BUYER, jti: str = "p2") -> CaseReference:
        """The buyer joins."""
        message = JoinCase(
            case_no=self.case.no,
            seller_name=make.SELLER.name,
            seller_id_number=make.SELLER.id_number,
            proof=f"JOIN_CASE:{buyer.person_id}:{jti}",
            notice_version=NOTICE,
        )
        return self.join_case(message, make.call_of(buyer))

    def generated(
        self, sellers: tuple[Person, ...] = (make.SELLER,), buyers: tuple[Person, ...] = (make.BUYER,)
    ) -> CaseReference:
        """A text to be confirmed."""
        self.published(*sellers)
        self.joined(buyers[0])
        self.save_side(Side.BUYER, *buyers)
        return self.generate(buyers[0])

    def generate(self, buyer: Person = make.BUYER) -> CaseReference:
        """The buyer generates."""
        return self.generate_contract(
            GenerateContract(case_no=self.case.no, revision=self.case.revision), make.call_of(buyer)
        )

    def confirm(self, *people: Person) -> CaseReference:
        """Each confirms the present version."""
        for one in people:
            answer = self.confirm_contract(
                ConfirmContract(case_no=self.case.no, version=self.case.version), make.call_of(one)
            )
        return answer

    def acknowledge(self, who: Person, reason: str, text: str, version: str = "2026.1") -> CaseReference:
        """Somebody has read the text about a note."""
        message = AcknowledgeNote(case_no=self.case.no, reason=reason, text_id=text, text_version=version)
        return self.acknowledge_note(message, make.call_of(who))

    def start(self, who: Person = make.SELLER) -> CaseReference:
        """The signing is started on the present version."""
        return self.start_signing(StartSigning(case_no=self.case.no, version=self.case.version), make.call_of(who))

    def frozen(self) -> CaseReference:
        """Waiting for its documents."""
        self.generated()
        self.confirm(make.BUYER)
        return self.start()

    def draw(self) -> None:
        """The worker draws."""
        self.draw_documents(
            DocumentsFrozen(case_no=self.case.no, version=self.case.version), make.service_call_of("contract")
        )

    def envelope(self, event: EnvelopeEvent) -> None:
        """Signing reports."""
        self.follow_envelope(event, make.service_call_of("contract"))

    def review(self, event: ReviewEvent) -> None:
        """Review reports."""
        self.follow_review(event, make.service_call_of("contract"))

    def signing(self, envelope_id: str = ENVELOPE) -> None:
        """Drawn, and the envelope open."""
        self.frozen()
        self.draw()
        self.envelope(
            EnvelopeOpened(envelope_id=envelope_id, case_no=self.case.no, version=self.case.version, task_ids=())
        )

    def signed(self) -> None:
        """All have signed."""
        self.signing()
        for one in (make.SELLER, make.BUYER):
            self.envelope(SignerSigned(envelope_id=ENVELOPE, case_no=self.case.no, person_id=one.person_id))
        self.envelope(EnvelopeSigned(envelope_id=ENVELOPE, case_no=self.case.no, version=self.case.version))

    def submitted(self) -> CaseReference:
        """Handed to the authority."""
        self.signed()
        return self.submit()

    def submit(self, who: Person = make.SELLER) -> CaseReference:
        """The seller submits."""
        return self.submit_case(SubmitCase(case_no=self.case.no), make.call_of(who))

    def claimed(self, review_id: str = "v1") -> None:
        """A reviewer works on it."""
        self.review(ReviewClaimed(case_no=self.case.no, review_id=review_id))

    def approved(self, review_id: str = "v1") -> None:
        """The filing number is given."""
        self.review(
            ReviewApproved(
                case_no=self.case.no,
                review_id=review_id,
                envelope_id=ENVELOPE,
                filing_no="42HS20261122000001",
                approved_at=self.at,
            )
        )

    def sealed(self) -> None:
        """Seal and long-term data are in."""
        self.envelope(
            EnvelopeSealed(
                envelope_id=ENVELOPE, case_no=self.case.no, filing_no="42HS20261122000001", document_sha256="f" * 64
            )
        )

    def pushed(self) -> None:
        """The register has it."""
        self.review(FilingPushed(case_no=self.case.no, filing_no="42HS20261122000001", receipt_no="R1"))
