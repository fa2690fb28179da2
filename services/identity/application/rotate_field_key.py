"""Rewrite sealed fields under the newest key (密钥轮换), by the operators' command, a batch a call."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import FieldsResealed, RotateFieldKey
from services.identity.application.means import Means

MOST = 2000
"""Rows a call: a fraction of a second, so that no lock is held longer."""


def rotate_field_key(means: Means, message: RotateFieldKey, call: Call) -> FieldsResealed:
    """Rewrite a batch and tell how many rows wait. Called until none does; then the former key may go. Raises Forbidden."""
    call.actor.require_service("cli")
    if not 0 < message.limit <= MOST:
        raise InvalidValue("identity.rotation_limit_invalid", field="limit", most=MOST)
    with means.works(call) as work:
        done = work.sealed_fields.reseal(message.limit)
        answer = FieldsResealed(resealed=done, waiting=work.sealed_fields.waiting())
        work.commit(answer)
    return answer
