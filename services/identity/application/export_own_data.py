"""Tell a person everything identity keeps about them (查阅、复制: 个人信息保护法 45), the biometric template excepted: it says nothing to a person."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages import identity as messages
from services.identity.application.means import Means
from services.identity.domain.errors import PersonUnknown


def export_own_data(means: Means, message: messages.ExportOwnData, call: Call) -> messages.OwnData:
    """Return the caller's own data. Raises NotAuthenticated, PersonUnknown."""
    del message
    person_id = call.actor.person_id
    with means.read() as registers:
        account = registers.accounts.find(person_id)
        if account is None:
            raise PersonUnknown
        credential = registers.credentials.find(person_id)
        return messages.OwnData(
            person_id=person_id,
            name=account.name,
            id_number=account.id_number,
            mobile=account.mobile,
            registered_at=account.registered_at,
            name_check=account.name_check.value,
            login=credential.login if credential else None,
            has_password=credential is not None,
            has_portrait=registers.portraits.find(person_id) is not None,
            records=tuple(registers.own_records.of(person_id)),
        )
