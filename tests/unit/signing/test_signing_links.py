"""Links: random, kept as a hash, replaced by the next; sent again at most once a minute and five times a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import Kind
from services.common.messages.signing import InvitationRequested
from services.signing.domain.errors import (
    AlreadySigned,
    EnvelopeEndedAlready,
    ResendLimit,
    ResendTooSoon,
    TaskNotFound,
)
from tests.unit.signing.desk import CASE, MOBILES, STRANGER, Desk, nobody, opened, person, service, staff
from tests.unit.signing.fakes import MemoryEnvelopes


def test_an_invitation_carries_a_fresh_token_of_which_only_the_hash_is_kept() -> None:
    desk = opened()

    invitation = desk.invite(0)

    assert (str(invitation.mobile), invitation.case_no) == (MOBILES[0], CASE)
    assert invitation.expires_at == desk.envelope.expires_at
    assert len(invitation.token) >= 40
    assert invitation.token not in str(vars(desk.memory))
    assert desk.task(0).state == "NOTIFIED"
    assert desk.show(0).task_id == desk.task(0).task_id


def test_a_new_link_ends_the_former() -> None:
    desk = opened()
    former = desk.link(0)
    desk.invite(0)

    with pytest.raises(TaskNotFound):
        desk.show(0, handle=former)


def test_a_link_replaced_between_its_lookup_and_the_lock_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = opened()
    former, task_id = desk.link(0), desk.task(0).task_id
    desk.invite(0)
    monkeypatch.setattr(MemoryEnvelopes, "task_by_token", lambda _self, _hash: task_id)  # found a moment before

    with pytest.raises(TaskNotFound):
        desk.identify(0, handle=former)


def test_the_first_sending_may_be_repeated_at_once() -> None:
    desk = opened()

    for _ in range(8):
        desk.invite(0)

    assert desk.show(0).state == "OPENED"


def test_sending_again_waits_a_minute_and_a_refused_wish_leaves_the_link_working() -> None:
    desk = opened()
    link = desk.link(0)
    desk.wait(seconds=58.5)

    with pytest.raises(ResendTooSoon) as refused:
        desk.ask_again(0)

    assert (refused.value.kind, refused.value.context) == (Kind.LIMITED, {"retry_after": 2})
    assert desk.show(0, handle=link).task_id == desk.task(0).task_id
    desk.wait(seconds=1.5)
    desk.ask_again(0)
    assert desk.show(0, handle=link).task_id == desk.task(0).task_id  # until notice has made the next one
    assert desk.invite(0).token != link


def test_sending_again_ends_after_five_times_within_a_day() -> None:
    desk = opened()
    desk.invite(0)
    for _ in range(5):
        desk.wait(hours=1)
        desk.ask_again(0)
    desk.wait(minutes=30)

    with pytest.raises(ResendLimit) as refused:
        desk.ask_again(0)

    assert refused.value.context == {"retry_after": int(19.5 * 3600)}
    desk.wait(hours=19, minutes=30)
    desk.ask_again(0)
    with pytest.raises(ResendTooSoon):
        desk.ask_again(0)


def test_a_wish_tells_notice_by_ids_alone_and_says_when_the_next_is_granted() -> None:
    desk = opened()
    desk.invite(0)
    desk.wait(minutes=2)

    wish = desk.ask_again(0)

    (told,) = desk.told(InvitationRequested)
    assert (told.task_id, told.case_no) == (desk.task(0).task_id, CASE)
    assert wish.again_at == desk.time + dt.timedelta(minutes=1)


def test_every_wish_is_one_of_its_own() -> None:
    desk = opened()
    desk.ask_again(0)
    desk.wait(minutes=1)
    desk.ask_again(0)

    assert len({one.invitation_id for one in desk.told(InvitationRequested)}) == 2


def test_a_main_party_has_a_co_signers_link_sent_again() -> None:
    desk = opened()
    desk.invite(1)
    desk.wait(minutes=1)

    desk.ask_again(1, call=person(0))  # the main seller, for the co-owner

    assert [one.task_id for one in desk.told(InvitationRequested)] == [desk.task(1).task_id]


@pytest.mark.parametrize("call", [person(1), person(STRANGER), nobody(), staff(), service("notice")])
def test_nobody_else_has_it_sent_again(call: Call) -> None:
    desk = opened()

    with pytest.raises(TaskNotFound):
        desk.ask_again(0, call=call)

    assert desk.told(InvitationRequested) == []


def test_limits_are_each_signers_own() -> None:
    desk = opened()
    desk.invite(0)
    desk.wait(minutes=1)
    desk.ask_again(0)

    desk.invite(1)
    desk.wait(minutes=1)
    assert desk.ask_again(1)


def test_a_link_keeps_what_its_signer_has_done() -> None:
    desk = opened()
    desk.read(0)

    desk.invite(0)

    assert desk.show(0).state == "READ"
    desk.sign(0)


def signed(desk: Desk) -> None:
    desk.read(0)
    desk.sign(0)


def refused_by_another(desk: Desk) -> None:
    desk.read(1)
    desk.refuse(1)


def out_of_time(desk: Desk) -> None:
    desk.wait(days=7)


@pytest.mark.parametrize(
    ("before", "refusal"),
    [(signed, AlreadySigned), (refused_by_another, EnvelopeEndedAlready), (out_of_time, EnvelopeEndedAlready)],
)
@pytest.mark.parametrize("ask", [Desk.invite, Desk.ask_again])
def test_no_link_is_made_that_leads_nowhere(
    before: Callable[[Desk], None], refusal: type, ask: Callable[[Desk, int], object]
) -> None:
    desk = opened()
    before(desk)

    with pytest.raises(refusal):
        ask(desk, 0)


def test_a_link_still_shows_how_it_ended() -> None:
    desk = opened()
    refused_by_another(desk)
    desk.links[0] = desk.links.get(0, "")

    view = desk.show(1)

    assert (view.state, view.envelope_state, view.allowed_acts) == ("REFUSED", "REFUSED", ())
