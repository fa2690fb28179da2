"""Delete what has served its purpose (个人信息保护法 19, 47: the shortest necessary time). Runs every minute, harmlessly in several processes."""

from __future__ import annotations

import datetime as dt

from services.common.kit.calls import Call
from services.identity.application.get_sealing_key import KEPT
from services.identity.application.means import Means
from services.identity.domain import account_change
from services.identity.domain.erasure import PROOF_OF_CONSENT, SESSION_LOG
from services.identity.domain.lock import ACCOUNT, FAMILIAR
from services.identity.domain.sms_code import DAY, HOUR

FRAME_MEMORY = dt.timedelta(days=7)
"""How long a frame that counted is remembered by fingerprint, so that a recording of it is refused."""

CHECKS_AT_ONCE = 200


def forget_expired(means: Means, call: Call) -> int:
    """End challenges nobody finished, which deletes their keys and templates; delete old codes, failures, keys, fingerprints.

    The audit of staff is forgotten by what seals it (`keep_audit`). Returns how many checks were ended.
    """
    now = means.now()
    with means.works(call) as work:
        overdue = work.face_checks.overdue(now, CHECKS_AT_ONCE)
        for check in overdue:
            check.expire(now)
            work.face_checks.save(check)
        for review in work.face_reviews.overdue(now, CHECKS_AT_ONCE):
            review.lapse()
            work.face_reviews.save(review)
        work.face_checks.forget_frames(now - FRAME_MEMORY)
        work.portrait_keys.delete_before(now - KEPT)
        work.failures.forget_before(now - ACCOUNT.memory)
        work.familiar.forget_before(now - FAMILIAR)
        work.codes.forget_before(now - DAY)
        work.captchas.forget_before(now - HOUR)
        work.account_changes.forget_before(now - account_change.KEPT)
        work.sessions.forget_before(now - SESSION_LOG)
        work.consents.forget_withdrawn_before(now - PROOF_OF_CONSENT)
        work.commit()
    return len(overdue)
