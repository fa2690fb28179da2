"""Puts notice's use cases together from the runner's resources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call, new_id, service_call
from services.common.kit.outside import Partner
from services.notice.adapters.channels import Carriers, ReportsOfAll
from services.notice.adapters.cities import ProfiledCities
from services.notice.adapters.embedded_texting import EmbeddedTexting
from services.notice.adapters.neighbours import AskedNeighbours
from services.notice.adapters.partner_texting import PartnerReports, PartnerTexting
from services.notice.adapters.repository import MessageRows, StoredAppBox, StoredOutbox, notice_works
from services.notice.adapters.tables import METADATA
from services.notice.application.app_box import ListOwnMessages, MarkOwnMessagesRead
from services.notice.application.deliver_messages import DeliverMessages
from services.notice.application.forget_person import ForgetPerson
from services.notice.application.invite_signers import InviteSigners, Inviting
from services.notice.application.list_outbox import ListSentMessages
from services.notice.application.ports import Texting
from services.notice.application.resend_invitation import ResendInvitation
from services.notice.application.send_sms_code import SendSmsCode
from services.notice.application.take_receipts import TakeProvidersReceipts
from services.notice.application.tell_account_change import TellAccountChange
from services.notice.application.tell_parties import TellParties
from services.notice.config import NoticeSettings

CALL_SECONDS = 30.0
CARRIER_SECONDS = 3.0


@dataclass(frozen=True)
class Parts:
    """The use cases of notice."""

    send_sms_code: SendSmsCode
    tell_account_change: TellAccountChange
    invite_signers: InviteSigners
    resend_invitation: ResendInvitation
    tell_parties: TellParties
    deliver: DeliverMessages
    list_outbox: ListSentMessages
    take_receipts: TakeProvidersReceipts
    list_app_messages: ListOwnMessages
    mark_messages_read: MarkOwnMessagesRead
    forget_person: ForgetPerson


def build(resources: Any) -> Parts:
    """Return the use cases."""
    settings = NoticeSettings.read(resources.settings.values, resources.settings.env)
    rows = MessageRows(resources.cipher_over(METADATA), settings.person_key)
    works, outbox = notice_works(resources.database, rows), StoredOutbox(resources.database, rows)
    neighbours, cities = AskedNeighbours(resources.client), ProfiledCities(resources.profiles)
    reports = ReportsOfAll([PartnerReports(one.key_id, one.key, _now) for one in settings.carriers.values()])
    inviting = Inviting(neighbours, cities, settings.public_url, _now, new_id)
    return Parts(
        send_sms_code=SendSmsCode(works, neighbours, cities, _now, new_id),
        tell_account_change=TellAccountChange(works, neighbours, cities, _now, new_id),
        invite_signers=InviteSigners(works, outbox, inviting),
        resend_invitation=ResendInvitation(works, outbox, inviting),
        tell_parties=TellParties(works, neighbours, cities, _now, new_id),
        deliver=DeliverMessages(works, outbox, _texting(settings), _now, _own_call),
        list_outbox=ListSentMessages(outbox),
        take_receipts=TakeProvidersReceipts(works, reports, _now),
        list_app_messages=ListOwnMessages(StoredAppBox(resources.database), cities),
        mark_messages_read=MarkOwnMessagesRead(works, _now),
        forget_person=ForgetPerson(works),
    )


def _texting(settings: NoticeSettings) -> Texting:
    if not settings.carriers:
        return EmbeddedTexting()
    return Carriers(
        {
            channel: PartnerTexting(Partner.of(one, "notice.carrier_unavailable", CARRIER_SECONDS))
            for channel, one in settings.carriers.items()
        }
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _own_call() -> Call:
    return service_call("notice", seconds=CALL_SECONDS)
