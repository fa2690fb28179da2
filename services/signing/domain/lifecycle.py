"""What may happen when, as two tables: of the envelope, and of one signer's task in it.

A pair that has no row cannot happen. What an act changes besides the state, and who may act, is the aggregate's business.
"""

from __future__ import annotations

from enum import StrEnum


class EnvelopeState(StrEnum):
    """Where an envelope stands."""

    SIGNING = "SIGNING"
    ALL_SIGNED = "ALL_SIGNED"
    SEALED = "SEALED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    RECALLED = "RECALLED"


class TaskState(StrEnum):
    """Where a signer stands. SIGNING: the person has signed by hand and agreed; the worker is putting it into the documents."""

    CREATED = "CREATED"
    NOTIFIED = "NOTIFIED"
    OPENED = "OPENED"
    IDENTIFIED = "IDENTIFIED"
    READ = "READ"
    SIGNING = "SIGNING"
    SIGNED = "SIGNED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    VOIDED = "VOIDED"


class Act(StrEnum):
    """What happens to an envelope. The first seven concern one task."""

    NOTIFY = "notify"
    OPEN = "open"
    IDENTIFY = "identify"
    OPEN_DOCUMENT = "open_document"
    SIGN = "sign"
    REFUSE = "refuse"
    APPLY = "apply"
    SEAL = "seal"
    RECALL = "recall"
    EXPIRE = "expire"


E, T, A = EnvelopeState, TaskState, Act  # short names keep a row on a line

_KEPT_OPEN = (A.NOTIFY, A.OPEN, A.IDENTIFY, A.OPEN_DOCUMENT, A.SIGN)
ENVELOPE_MOVES: dict[tuple[EnvelopeState, Act], frozenset[EnvelopeState]] = {
    **{(E.SIGNING, act): frozenset({E.SIGNING}) for act in _KEPT_OPEN},
    (E.SIGNING, A.APPLY): frozenset({E.SIGNING, E.ALL_SIGNED}),  # the last signature makes the contract
    (E.SIGNING, A.REFUSE): frozenset({E.REFUSED}),
    (E.SIGNING, A.RECALL): frozenset({E.RECALLED}),
    (E.SIGNING, A.EXPIRE): frozenset({E.EXPIRED}),
    (E.ALL_SIGNED, A.RECALL): frozenset({E.RECALLED}),  # both sides gave the contract up, or review rejected it
    (E.ALL_SIGNED, A.SEAL): frozenset({E.SEALED}),
}
"""State and act -> states it may lead to."""

TASK_MOVES: dict[tuple[TaskState, Act], frozenset[TaskState]] = {
    (T.CREATED, A.NOTIFY): frozenset({T.NOTIFIED}),
    **{(state, A.NOTIFY): frozenset({state}) for state in (T.NOTIFIED, T.OPENED, T.IDENTIFIED, T.READ)},
    **{(state, A.OPEN): frozenset({T.OPENED}) for state in (T.CREATED, T.NOTIFIED)},
    **{(state, A.IDENTIFY): frozenset({T.IDENTIFIED}) for state in (T.CREATED, T.NOTIFIED, T.OPENED, T.IDENTIFIED)},
    (T.READ, A.IDENTIFY): frozenset({T.READ}),  # marks survive leaving (decision 1)
    (T.IDENTIFIED, A.OPEN_DOCUMENT): frozenset({T.IDENTIFIED, T.READ}),  # the last one unread makes it READ
    (T.READ, A.OPEN_DOCUMENT): frozenset({T.READ}),
    (T.READ, A.SIGN): frozenset({T.SIGNING}),
    **{(state, A.REFUSE): frozenset({T.REFUSED}) for state in (T.IDENTIFIED, T.READ)},
    (T.SIGNING, A.APPLY): frozenset({T.SIGNED}),
}
"""State and act of one's own -> states it may lead to. What somebody else's refusal does to a task is the aggregate's."""

ENDED = frozenset({E.REFUSED, E.EXPIRED, E.RECALLED})
"""No signature of such an envelope counts."""
DONE = frozenset({T.SIGNING, T.SIGNED})
"""The signer has done everything that is asked of them."""
IN_SESSION = frozenset({A.OPEN_DOCUMENT, A.SIGN, A.REFUSE})
"""Acts inside a signing session only."""
