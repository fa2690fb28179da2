"""Who hears what: event -> handlers, with ids that never change. Queues, bindings and order counters come from here.

`ordered` handlers work one event at a time per aggregate, in the order the producer numbered them for that handler.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages import contract, identity, notice, office, operations, review, signing
from services.common.messages import property as property_
from services.common.messages.shapes import EVENT_OF, RPC_OF, EventName, Rpc

SERVICES = ("identity", "property", "contract", "signing", "tax", "review", "office", "notice")
__all__ = ["SERVICES", "SUBSCRIPTIONS", "Subscription", "event_queues", "handlers_of", "rpc_queues", "subscriptions_of"]
_LOADED = (identity, property_, contract, signing, review, notice, office, operations)


@dataclass(frozen=True)
class Subscription:
    """A handler: its id, the process that runs it, the events it hears."""

    handler_id: str
    service: str
    process: str
    events: tuple[type, ...]
    ordered: bool

    @property
    def queue(self) -> str:
        """One queue per process kind of a service."""
        return f"events.{self.service}.{self.process}"

    @property
    def names(self) -> tuple[EventName, ...]:
        """The event names heard."""
        return tuple(EVENT_OF[shape] for shape in self.events)


SUBSCRIPTIONS: list[Subscription] = [
    Subscription("property.hold_house", "property", "serve", (contract.CaseOpened, contract.CaseEnded), ordered=True),
    Subscription("contract.draw_documents", "contract", "worker", (contract.DocumentsFrozen,), ordered=True),
    Subscription(
        "contract.follow_envelope",
        "contract",
        "worker",
        (
            signing.EnvelopeOpened,
            signing.SignerSigned,
            signing.EnvelopeSigned,
            signing.EnvelopeSealed,
            signing.EnvelopeEnded,
        ),
        ordered=True,
    ),
    Subscription(
        "contract.follow_review",
        "contract",
        "worker",
        (
            review.ReviewClaimed,
            review.ReviewApproved,
            review.ReviewReturned,
            review.ReviewRejected,
            review.FilingPushed,
            review.FilingCancelled,
            review.CancellationRefused,
        ),
        ordered=True,
    ),
    Subscription("signing.open_envelope", "signing", "worker", (contract.DocumentsReady,), ordered=True),
    Subscription("signing.apply_signature", "signing", "worker", (signing.SignatureRequested,), ordered=True),
    Subscription("signing.void_envelope", "signing", "worker", (contract.CaseEnded,), ordered=True),
    Subscription("signing.note_approval", "signing", "worker", (review.ReviewApproved,), ordered=False),
    Subscription("signing.note_link", "signing", "worker", (notice.LinkReported,), ordered=True),
    Subscription("signing.seal_envelope", "signing", "worker", (review.ReviewApproved,), ordered=True),
    Subscription("review.queue_submission", "review", "worker", (contract.CaseSubmitted,), ordered=True),
    Subscription("review.queue_cancellation", "review", "worker", (contract.CancellationApplied,), ordered=True),
    Subscription("review.push_filing", "review", "worker", (signing.EnvelopeSealed,), ordered=True),
    Subscription("identity.keep_staff_act", "identity", "serve", (operations.StaffActed,), ordered=False),
    Subscription("notice.send_sms_code", "notice", "serve", (identity.SmsCodeIssued,), ordered=False),
    Subscription("notice.tell_account_change", "notice", "serve", (identity.AccountChanged,), ordered=False),
    Subscription("notice.forget_person", "notice", "serve", (identity.AccountErased,), ordered=False),
    Subscription("notice.invite_signers", "notice", "serve", (signing.EnvelopeOpened,), ordered=False),
    Subscription("notice.resend_invitation", "notice", "serve", (signing.InvitationRequested,), ordered=False),
    Subscription(
        "notice.tell_parties",
        "notice",
        "serve",
        (
            contract.CaseAdvanced,
            contract.CaseEnded,
            contract.DeadlineNear,
            contract.RescissionAsked,
            contract.RescissionWithdrawn,
        ),
        ordered=False,
    ),
]


def handlers_of(event: EventName) -> tuple[Subscription, ...]:
    """All subscriptions that hear an event."""
    return tuple(one for one in SUBSCRIPTIONS if event in one.names)


def subscriptions_of(service: str, process: str) -> tuple[Subscription, ...]:
    """What one process works on."""
    return tuple(one for one in SUBSCRIPTIONS if (one.service, one.process) == (service, process))


def event_queues() -> dict[str, set[str]]:
    """Queue name -> routing keys bound to it."""
    queues: dict[str, set[str]] = {}
    for one in SUBSCRIPTIONS:
        queues.setdefault(one.queue, set()).update(name.routing_key for name in one.names)
    return queues


def rpc_queues() -> set[str]:
    """Every queue questions are sent to."""
    return {_rpc.queue for _rpc in _rpcs()}


def _rpcs() -> tuple[Rpc, ...]:
    return tuple(RPC_OF.values())
