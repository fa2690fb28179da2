"""The audit of staff: kept as told, shown page by page to the auditor of the same office and to nobody else."""

import datetime as dt

import pytest

from services.common.messages.identity import ListStaffActs, StaffActs
from services.common.messages.operations import StaffActed
from services.identity.application.audit import keep_staff_act, list_staff_acts
from services.identity.application.keep_audit import keep_audit
from services.identity.domain.staff_act import KEPT
from tests.unit.identity.test_counter import see
from tests.unit.identity.world import (
    World,
    anonymous,
    as_person,
    as_service,
    as_staff,
    id_number,
    person_id_of,
    refused,
)


def tell(world: World, staff_id: str = "s1", *, office: str = "huangshi-1", subject: str = "huangshi-1-case") -> None:
    event = StaffActed(
        staff_id=staff_id, office_id=office, act_code="contract.case_shown", subject_id=subject, acted_at=world.now
    )
    keep_staff_act(world.means, event, as_service("identity"))


def listed(world: World, office: str = "huangshi-1", **filters: object) -> StaffActs:
    message = ListStaffActs(**filters)  # type: ignore[arg-type]
    return list_staff_acts(world.means, message, as_staff("auditor", "AUDITOR", office=office))


def test_a_check_at_the_counter_is_audited_with_clerk_and_pseudonym(world: World) -> None:
    clerk = world.staff("COUNTER_CLERK")
    see(world, clerk=clerk)

    (act,) = listed(world).acts

    assert (act.staff_id, act.login, act.act, act.at) == (clerk, "clerk.one", "identity.checked_at_counter", world.now)
    assert act.subject == str(person_id_of(id_number(1)))


def test_an_auditor_sees_the_own_office_alone(world: World) -> None:
    tell(world, office="huangshi-1", subject="here")
    tell(world, office="huangshi-2", subject="there")

    assert [one.subject for one in listed(world).acts] == ["here"]
    assert [one.subject for one in listed(world, "huangshi-2").acts] == ["there"]


@pytest.mark.parametrize("role", ["REVIEWER", "OFFICE_ADMIN", "OPERATOR", "COUNTER_CLERK", "TAX_OFFICER", "BANK_CLERK"])
def test_no_other_role_reads_the_audit(role: str, world: World) -> None:
    with refused("actor.role_missing"):
        list_staff_acts(world.means, ListStaffActs(), as_staff("s1", role))


def test_nobody_outside_reads_it(world: World) -> None:
    for who in (anonymous(), as_person(person_id_of(id_number())), as_service("review")):
        with refused("actor.staff_only"):
            list_staff_acts(world.means, ListStaffActs(), who)


def test_pages_follow_each_other_without_gap_or_repeat_newest_first(world: World) -> None:
    for number in range(7):
        tell(world, subject=f"case-{number}")
        world.pass_time(minutes=number % 2)  # some at the same moment

    seen: list[str] = []
    cursor = ""
    while True:
        page = listed(world, cursor=cursor, limit=2)
        seen += [one.subject for one in page.acts]
        cursor = page.next_cursor
        if not cursor:
            break

    assert sorted(seen) == [f"case-{number}" for number in range(7)]
    assert [one.at for one in listed(world).acts] == sorted((one.at for one in listed(world).acts), reverse=True)


def test_filters_by_login_act_subject_and_time_narrow_it_down(world: World) -> None:
    clerk = world.staff("REVIEWER", login="clerk.two")
    tell(world, clerk, subject="a")
    world.pass_time(hours=1)
    tell(world, "s9", subject="b")

    assert [one.subject for one in listed(world, login="Clerk.Two").acts] == ["a"]
    assert listed(world, login="nobody.known").acts == ()
    assert [one.subject for one in listed(world, subject="b").acts] == ["b"]
    assert listed(world, act="identity.checked_at_counter").acts == ()
    assert [one.subject for one in listed(world, since=world.now).acts] == ["b"]
    assert [one.subject for one in listed(world, until=world.now).acts] == ["a"]


@pytest.mark.parametrize("cursor", ["x", "bm90LWEtcGxhY2U=", "MjAyNi0xMS0yMnwx"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str, world: World) -> None:
    with refused("identity.cursor_invalid"):
        listed(world, cursor=cursor)


def test_it_is_kept_three_years_and_then_forgotten(world: World) -> None:
    tell(world)
    world.now += KEPT - dt.timedelta(days=1)
    keep_audit(world.means, as_service("identity"))
    assert listed(world).acts

    world.pass_time(days=2)
    keep_audit(world.means, as_service("identity"))
    assert not listed(world).acts
