"""Puts the use cases together, once per process: those somebody waits for in the service, the others in the worker."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.common.kit.calls import Call, new_id, service_call
from services.common.values import PersonId
from services.review.adapters.calendar import ChinaWorkdays
from services.review.adapters.neighbours import NeighbourParties, NeighbourRegister
from services.review.adapters.offices import ProfiledOffices
from services.review.adapters.queue import StoredQueue
from services.review.adapters.repository import review_works
from services.review.application.approve import ApproveReview
from services.review.application.claim import ClaimReview
from services.review.application.conflicts import Conflicts
from services.review.application.declare_relative import RelativeDeclaring
from services.review.application.findings import FindingsPreview, Looking
from services.review.application.get_dossier import DossierShowing
from services.review.application.get_statistics import OfficeStatistics
from services.review.application.list_queue import ListOfficeQueue
from services.review.application.note_sealed import NoteSealed
from services.review.application.push_filings import PushDueFilings
from services.review.application.queue_submission import QueueSubmission
from services.review.application.recheck import Recheck
from services.review.application.reject import RejectReview
from services.review.application.release_claim import ReleaseReview
from services.review.application.retry_push import PushAgain
from services.review.application.return_case import ReturnReview
from services.review.application.watch_clocks import ClockWatch
from services.review.application.withdraw import Withdraw
from services.review.config import ReviewSettings

CALL_SECONDS = 15.0


@dataclass(frozen=True)
class ServiceParts:
    """The use cases somebody waits for."""

    list_queue: ListOfficeQueue
    claim: ClaimReview
    release: ReleaseReview
    withdraw: Withdraw
    approve: ApproveReview
    return_case: ReturnReview
    reject: RejectReview
    get_dossier: DossierShowing
    preview_findings: FindingsPreview
    retry_push: PushAgain
    get_statistics: OfficeStatistics
    declare_relative: RelativeDeclaring


@dataclass(frozen=True)
class WorkerParts:
    """The use cases of the worker."""

    queue_submission: QueueSubmission
    note_sealed: NoteSealed
    push_filings: PushDueFilings
    watch_clocks: ClockWatch


def build_service(resources: Any) -> ServiceParts:
    """Build the service's parts from the runner's resources."""
    settings = ReviewSettings.read(resources.settings.values)
    works, queue = review_works(resources.database), StoredQueue(resources.database)
    offices = ProfiledOffices(resources.profiles)
    parties, register = NeighbourParties(resources.client), NeighbourRegister(resources.client)
    look, conflicts = Looking(parties, register, now), Conflicts(parties, queue)
    return ServiceParts(
        list_queue=ListOfficeQueue(queue, now),
        claim=ClaimReview(works, queue, offices, conflicts, now),
        release=ReleaseReview(works, now),
        withdraw=Withdraw(works, now, new_id),
        approve=ApproveReview(works, queue, offices, conflicts, Recheck(parties, register), now),
        return_case=ReturnReview(works, queue, parties, conflicts, now),
        reject=RejectReview(works, queue, conflicts, now),
        get_dossier=DossierShowing(works, queue, parties, look, now),
        preview_findings=FindingsPreview(parties, look),
        retry_push=PushAgain(works, now),
        get_statistics=OfficeStatistics(queue, now),
        declare_relative=RelativeDeclaring(works, partial(PersonId.of, key=settings.person_key)),
    )


def build_worker(resources: Any) -> WorkerParts:
    """Build the worker's parts from the runner's resources."""
    works, queue = review_works(resources.database), StoredQueue(resources.database)
    register = NeighbourRegister(resources.client)
    offices = ProfiledOffices(resources.profiles)
    return WorkerParts(
        queue_submission=QueueSubmission(works, offices, ChinaWorkdays(), now, new_id),
        note_sealed=NoteSealed(works, now),
        push_filings=PushDueFilings(works, queue, register, now, _own_call),
        watch_clocks=ClockWatch(queue, now),
    )


def now() -> dt.datetime:
    """Return the time, aware UTC."""
    return dt.datetime.now(dt.UTC)


def _own_call() -> Call:
    return service_call("review", seconds=CALL_SECONDS)
