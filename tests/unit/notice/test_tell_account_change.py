"""The mobile an account had before is told of a change, once, without a word about whom."""

from __future__ import annotations

import pytest

from services.common.kit.errors import Unavailable
from services.common.messages.identity import AccountChange, ChangeKind
from tests.unit.notice.post_office import PHONE, PostOffice


def an_office_with(kind: ChangeKind) -> PostOffice:
    office = PostOffice()
    office.neighbours.changes["change1"] = AccountChange(mobile=PHONE, kind=kind, changed_at=office.now())
    return office


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_kind_of_change_has_words_and_goes_to_the_former_mobile(kind: ChangeKind) -> None:
    office = an_office_with(kind)

    office.tell_change("change1")
    office.deliver()

    (message,) = office.messages
    assert message.mobile == PHONE
    assert "如非本人操作" in message.text
    assert str(PHONE) not in message.text


def test_a_change_told_twice_is_one_message() -> None:
    office = an_office_with(ChangeKind.MOBILE_CHANGED)

    office.tell_change("change1")
    office.tell_change("change1")

    assert len(office.messages) == 1


def test_a_change_identity_does_not_know_is_not_told() -> None:
    office = PostOffice()

    office.tell_change("gone")

    assert office.messages == []


def test_a_change_waits_for_identity_to_answer() -> None:
    office = an_office_with(ChangeKind.PASSWORD_RESET)
    office.neighbours.away = True

    with pytest.raises(Unavailable):
        office.tell_change("change1")
