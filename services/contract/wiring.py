"""Puts the use cases together, once per process. The worker has those that draw or follow events, the service the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.common.kit.calls import new_id
from services.common.values import PersonId
from services.contract.adapters.drawing import ENGINE, EngineRenderer, StoredDocuments
from services.contract.adapters.materials import ENGINE as INSPECTION
from services.contract.adapters.materials import EngineInspection, StoredDrops, StoredUploads
from services.contract.adapters.neighbours import (
    BusReview,
    BusSigning,
    IdentityPeople,
    PropertyRegister,
    PropertyScreening,
)
from services.contract.adapters.proofs import SignedProofs
from services.contract.adapters.repository import StoredCaseReader, contract_works
from services.contract.adapters.rows import CaseRows
from services.contract.adapters.tables import METADATA
from services.contract.application.accept_upload import UploadAcceptance
from services.contract.application.acknowledge_note import NoteAcknowledging
from services.contract.application.cancel_filing import CancellationApplying, CancellationTakingBack
from services.contract.application.confirm_contract import ContractConfirming
from services.contract.application.download_contract import ContractDownloading
from services.contract.application.download_material import MaterialDownloading, MaterialPaging, VisibleFiles
from services.contract.application.draw_documents import DocumentDrawing
from services.contract.application.follow_envelope import EnvelopeFollowing
from services.contract.application.follow_review import ReviewFollowing
from services.contract.application.generate_contract import ContractGenerating
from services.contract.application.get_buyers import BuyerListing
from services.contract.application.get_case import CaseShowing
from services.contract.application.get_contacts import ContactListing
from services.contract.application.get_form import FormShowing
from services.contract.application.get_signers import SignerListing
from services.contract.application.join_case import CaseJoining
from services.contract.application.keep_deadlines import DeadlineKeeping, OverdueCounting
from services.contract.application.list_cases import CaseListing
from services.contract.application.list_commitments import CommitmentListing
from services.contract.application.list_materials import MaterialListing
from services.contract.application.look_up_case import CaseLookup
from services.contract.application.open_case import CaseOpening
from services.contract.application.preview_contract import ContractPreview
from services.contract.application.remove_material import MaterialRemoval
from services.contract.application.reopen_case import CaseReopening
from services.contract.application.rescind_case import CaseRescission
from services.contract.application.revoke_case import CaseRevocation
from services.contract.application.save_parties import PartySaving
from services.contract.application.save_terms import TermsSaving
from services.contract.application.screening import BuyerScreening
from services.contract.application.search_by_triple import TripleSearch
from services.contract.application.staff_reads import StaffReads
from services.contract.application.start_signing import SigningStart
from services.contract.application.submit_case import CaseSubmission
from services.contract.application.sweep_uploads import UploadSweep
from services.contract.application.withdraw_rescission import RescissionWithdrawal
from services.contract.application.withdraw_submission import SubmissionWithdrawal
from services.contract.config import ContractSettings


@dataclass(frozen=True)
class ServiceParts:
    """What the service answers with."""

    open_case: CaseOpening
    look_up_case: CaseLookup
    join_case: CaseJoining
    save_parties: PartySaving
    save_terms: TermsSaving
    generate_contract: ContractGenerating
    acknowledge_note: NoteAcknowledging
    confirm_contract: ContractConfirming
    start_signing: SigningStart
    submit_case: CaseSubmission
    withdraw_submission: SubmissionWithdrawal
    revoke_case: CaseRevocation
    rescind_case: CaseRescission
    withdraw_rescission: RescissionWithdrawal
    apply_cancellation: CancellationApplying
    take_back_cancellation: CancellationTakingBack
    reopen_case: CaseReopening
    get_case: CaseShowing
    get_form: FormShowing
    list_cases: CaseListing
    list_commitments: CommitmentListing
    staff_reads: StaffReads
    download_contract: ContractDownloading
    get_signers: SignerListing
    get_buyers: BuyerListing
    get_contacts: ContactListing
    list_materials: MaterialListing
    remove_material: MaterialRemoval
    download_material: MaterialDownloading


@dataclass(frozen=True)
class WorkerParts:
    """What the worker does."""

    preview_contract: ContractPreview
    staff_reads: StaffReads
    draw_documents: DocumentDrawing
    follow_envelope: EnvelopeFollowing
    follow_review: ReviewFollowing
    keep_deadlines: DeadlineKeeping
    count_overdue: OverdueCounting
    accept_upload: UploadAcceptance
    get_material_page: MaterialPaging
    sweep_uploads: UploadSweep


def build_service(resources: Any) -> ServiceParts:
    """Build the service's parts from the runner's resources."""
    settings, profiles, client = ContractSettings.read(resources.settings.values), resources.profiles, resources.client
    rows = CaseRows(resources.cipher_over(METADATA), profiles)
    works, reader = contract_works(resources.database, rows), StoredCaseReader(resources.database, rows)
    proofs, people, register = SignedProofs(settings.proof_public_key), IdentityPeople(client), PropertyRegister(client)
    pseudonym = partial(PersonId.of, key=settings.person_key)
    search, screen = TripleSearch(works, profiles, now), BuyerScreening(PropertyScreening(client))
    return ServiceParts(
        open_case=CaseOpening(works, profiles, proofs, register, people, now),
        look_up_case=CaseLookup(search),
        join_case=CaseJoining(works, profiles, proofs, people, search, screen, now),
        save_parties=PartySaving(works, reader, screen, pseudonym, now),
        save_terms=TermsSaving(works, now),
        generate_contract=ContractGenerating(works, now),
        acknowledge_note=NoteAcknowledging(works, profiles, now),
        confirm_contract=ContractConfirming(works, now),
        start_signing=SigningStart(works, reader, register, screen, now),
        submit_case=CaseSubmission(works, now),
        withdraw_submission=SubmissionWithdrawal(works, reader, BusReview(client), now),
        revoke_case=CaseRevocation(works, now),
        rescind_case=CaseRescission(works, now),
        withdraw_rescission=RescissionWithdrawal(works, now),
        apply_cancellation=CancellationApplying(works, reader, proofs, register, now),
        take_back_cancellation=CancellationTakingBack(works, now),
        reopen_case=CaseReopening(works, now),
        get_case=CaseShowing(reader, profiles),
        get_form=FormShowing(reader, profiles, pseudonym, now),
        list_cases=CaseListing(reader),
        list_commitments=CommitmentListing(reader),
        staff_reads=StaffReads(works, now),
        download_contract=ContractDownloading(reader, profiles, BusSigning(client)),
        get_signers=SignerListing(reader),
        get_buyers=BuyerListing(reader),
        get_contacts=ContactListing(reader),
        list_materials=MaterialListing(reader, profiles),
        remove_material=MaterialRemoval(works, now),
        download_material=MaterialDownloading(VisibleFiles(reader, profiles), StoredUploads(resources.objects)),
    )


def build_worker(resources: Any) -> WorkerParts:
    """Build the worker's parts from the runner's resources; starts the engine processes."""
    values, profiles = resources.settings.values, resources.profiles
    rows = CaseRows(resources.cipher_over(METADATA), profiles)
    works, reader = contract_works(resources.database, rows), StoredCaseReader(resources.database, rows)
    sandbox = "required" if resources.settings.env == "production" else "auto"
    engines = resources.engines(ENGINE, {"sandbox": sandbox}, values.integer("GUOHU_ENGINES", 1))
    renderer, store = EngineRenderer(engines), StoredDocuments(resources.objects)
    inspection = EngineInspection(resources.engines(INSPECTION, {}, values.integer("GUOHU_FILE_ENGINES", 1)))
    uploads, files = StoredUploads(resources.objects), VisibleFiles(reader, profiles)
    return WorkerParts(
        preview_contract=ContractPreview(reader, profiles, renderer, store, now),
        staff_reads=StaffReads(works, now),
        draw_documents=DocumentDrawing(works, reader, BusSigning(resources.client), renderer, store, now),
        follow_envelope=EnvelopeFollowing(works, now),
        follow_review=ReviewFollowing(works, now),
        keep_deadlines=DeadlineKeeping(works, reader, now),
        count_overdue=OverdueCounting(reader, now),
        accept_upload=UploadAcceptance(works, reader, uploads, inspection, new_id, now),
        get_material_page=MaterialPaging(files, uploads, inspection),
        sweep_uploads=UploadSweep(works, StoredDrops(resources.database), uploads, now),
    )


def now() -> dt.datetime:
    """Return the time, aware UTC."""
    return dt.datetime.now(dt.UTC)
