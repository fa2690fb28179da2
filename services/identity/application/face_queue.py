"""Before the engine: a check's first frame needs a place, and time lost to a silent engine is given back. Used by submit_frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.identity.application.face_access import require_caller
from services.identity.application.means import Means
from services.identity.domain.face_errors import FaceLineFull


def take_place(means: Means, check_id: str, attempt: int, arrived_at: dt.datetime, call: Call) -> None:
    """Let the check in, or keep its place in the line and refuse: before its frame is opened, and without counting it.

    A transaction of its own under the line's lock, so that of a hundred at once only as many come in as there are places.
    Raises FaceLineFull; CheckUnknown, CheckOver, StepTokenInvalid where another request was faster.
    """
    rules, now = means.rules, means.now()
    with means.works(call) as work:
        work.face_checks.hold_line()
        check = require_caller(work.face_checks.find(check_id), call)
        check.require_due(attempt)
        if check.turn.begun_at is not None:
            return
        standing = work.face_checks.standing(check, now)
        seconds = 0 if standing.has_room(rules.face_places) else standing.come_back_in(rules.face_places)
        if seconds:
            check.put_off(rules.face_policy, now, seconds)
        else:
            check.let_in(rules.face_policy, arrived_at, now)
        work.face_checks.save(check)
        work.keep_refusal()  # no answer yet: what the frame shows is another transaction's
    if seconds:
        others = tuple(one.value for one in check.methods if one.value != "FACE")
        raise FaceLineFull(seconds, others)


@contextmanager
def time_given_back(means: Means, check_id: str, call: Call) -> Iterator[None]:
    """Where the engine does not answer, the wait for it stands against nobody's clock. Raises what was raised."""
    began = means.now()
    try:
        yield
    except Unavailable:
        with means.works(call) as work:
            check = require_caller(work.face_checks.find(check_id), call)
            check.give_back(means.now() - began)
            work.face_checks.save(check)
            work.keep_refusal()
        raise
