"""Puts the use cases together, once per process. The worker has those that need the engine or follow events, the service the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.kit.calls import new_id
from services.signing.adapters.city_rules import CityRules
from services.signing.adapters.engine_port import (
    MODULE,
    PICTURE_MODULE,
    PICTURE_QUEUE,
    PUBLIC_MODULE,
    PUBLIC_QUEUE,
    PictureEngine,
    PooledEngine,
    PublicEngine,
    provide_platform,
)
from services.signing.adapters.neighbours import BusContract
from services.signing.adapters.proofs import SignedProofs
from services.signing.adapters.repository import StoredReading, signing_works
from services.signing.adapters.rows import EnvelopeRows
from services.signing.adapters.tables import METADATA
from services.signing.application.admit_upload import UploadAdmitting
from services.signing.application.apply_signature import SignatureApplying
from services.signing.application.catch_up import CatchingUp
from services.signing.application.expire_envelopes import EnvelopeExpiry
from services.signing.application.give_document import DocumentGiving
from services.signing.application.give_evidence import EvidenceGiving
from services.signing.application.identify_signer import SignerIdentifying
from services.signing.application.issue_link import LinkIssuing
from services.signing.application.list_tasks import OpenTaskListing, TaskListing
from services.signing.application.mint_verification_code import CodeMinting
from services.signing.application.note_approval import ApprovalNoting
from services.signing.application.note_link import LinkNoting
from services.signing.application.open_envelope import EnvelopeOpening
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
from services.signing.application.watch_platform import PlatformWatching
from services.signing.config import ServiceSettings, WorkerSettings

ORGANISATION = "过户 Guohu"
"""Whose certification authority is made on a machine that has none; a deployment brings its own."""


@dataclass(frozen=True)
class ServiceParts:
    """What the service answers with."""

    mint_verification_code: CodeMinting
    issue_link: LinkIssuing
    request_invitation: InvitationRequest
    show_task: TaskShowing
    list_tasks: TaskListing
    list_open_tasks: OpenTaskListing
    show_envelope: EnvelopeShowing
    give_document: DocumentGiving
    identify_signer: SignerIdentifying
    view_document: DocumentViewing
    sign: SignatureRequest
    refuse: SigningRefusal
    admit_upload: UploadAdmitting


@dataclass(frozen=True)
class WorkerParts:
    """What the worker does."""

    open_envelope: EnvelopeOpening
    apply_signature: SignatureApplying
    seal_envelope: EnvelopeSealing
    note_approval: ApprovalNoting
    note_link: LinkNoting
    catch_up: CatchingUp
    void_envelope: EnvelopeVoiding
    expire_envelopes: EnvelopeExpiry
    watch: PlatformWatching
    verify_code: CodeVerifying
    verify_upload: UploadVerifying
    remove_uploads: UploadRemoval
    show_page: PageShowing
    give_evidence: EvidenceGiving


def build_service(resources: Any) -> ServiceParts:
    """Build the service's parts from the runner's resources; starts the engine process that reads pictures."""
    settings, objects = ServiceSettings.read(resources.settings.values), resources.objects
    rows, rules = EnvelopeRows(resources.cipher_over(METADATA)), CityRules(resources.profiles)
    works, reading = signing_works(resources.database, rows), StoredReading(resources.database, rows)
    pictures = PictureEngine(resources.engines(PICTURE_MODULE, {}, 1, queue=PICTURE_QUEUE))
    return ServiceParts(
        mint_verification_code=CodeMinting(works, settings.public_url),
        issue_link=LinkIssuing(works, now),
        request_invitation=InvitationRequest(works, now, new_id),
        show_task=TaskShowing(works, reading, now),
        list_tasks=TaskListing(reading, now),
        list_open_tasks=OpenTaskListing(reading),
        show_envelope=EnvelopeShowing(reading),
        give_document=DocumentGiving(reading, objects),
        identify_signer=SignerIdentifying(works, SignedProofs(settings.proof_public_key), rules, now),
        view_document=DocumentViewing(works, reading, objects, rules, now),
        sign=SignatureRequest(works, reading, pictures, now),
        refuse=SigningRefusal(works, now),
        admit_upload=UploadAdmitting(works, now, settings.verifications_per_hour),
    )


def build_worker(resources: Any) -> WorkerParts:
    """Build the worker's parts from the runner's resources; starts the engine processes."""
    settings = WorkerSettings.read(resources.settings.values, resources.settings.env)
    objects, contract = resources.objects, BusContract(resources.client)
    rows, rules = EnvelopeRows(resources.cipher_over(METADATA)), CityRules(resources.profiles)
    works, reading = signing_works(resources.database, rows), StoredReading(resources.database, rows)
    if settings.makes_platform:
        provide_platform(Path(settings.pki), ORGANISATION, rules.seal_offices())
    engine = PooledEngine(resources.engines(MODULE, settings.engine, settings.engines))
    pool = resources.engines(PUBLIC_MODULE, {}, settings.public_engines, queue=PUBLIC_QUEUE)
    public = PublicEngine(pool, engine.trust)
    applying = SignatureApplying(works, reading, objects, engine, now, new_id)
    sealing = EnvelopeSealing(works, objects, engine, now, new_id)
    stamping = DocumentStamping(works, reading, objects, engine, now, new_id)
    return WorkerParts(
        open_envelope=EnvelopeOpening(works, reading, contract, objects, rules, now, new_id),
        apply_signature=applying,
        seal_envelope=sealing,
        note_approval=ApprovalNoting(works),
        note_link=LinkNoting(works, now),
        catch_up=CatchingUp(reading, applying, sealing, stamping, now),
        void_envelope=EnvelopeVoiding(works, now),
        expire_envelopes=EnvelopeExpiry(works, reading, now),
        watch=PlatformWatching(engine, reading, now),
        verify_code=CodeVerifying(reading, objects, public),
        verify_upload=UploadVerifying(reading, objects, public, now),
        remove_uploads=UploadRemoval(works, reading, objects, now),
        show_page=PageShowing(reading, objects, public, rules, now),
        give_evidence=EvidenceGiving(reading, objects, engine, rules),
    )


def now() -> dt.datetime:
    """Return the time, aware UTC."""
    return dt.datetime.now(dt.UTC)
