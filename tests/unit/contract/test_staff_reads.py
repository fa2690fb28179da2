"""What staff see of a case is told to the audit, once and before it is shown; what parties see is not."""

import dataclasses

import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.messages.operations import StaffActed
from services.contract.application.staff_reads import SHOWN, StaffReads
from tests.support.contract_fakes import FakeWorks
from tests.support.contract_world import World

REVIEWER = Actor(ActorKind.STAFF, "anna", ("REVIEWER",), "huangshi-housing")


def reads(world: World) -> StaffReads:
    return StaffReads(FakeWorks(world.store), lambda: world.at)


def acts(world: World) -> list[StaffActed]:
    return [one for one in world.store.events if isinstance(one, StaffActed)]


def test_a_reviewers_look_is_told_with_staff_office_and_case_and_nothing_else() -> None:
    world = World()
    world.generated()

    shown = reads(world).audited(SHOWN, world.case.no, Call(REVIEWER, "c"), "the case")

    assert shown == "the case"
    assert [dataclasses.astuple(one) for one in acts(world)] == [
        ("anna", "huangshi-housing", "contract.case_shown", str(world.case.no), world.at)
    ]


@pytest.mark.parametrize("kind", [ActorKind.PERSON, ActorKind.SERVICE])
def test_parties_and_services_leave_no_trace(kind: ActorKind) -> None:
    world = World()
    world.generated()

    reads(world).audited(SHOWN, world.case.no, Call(dataclasses.replace(REVIEWER, kind=kind), "c"), "the case")

    assert acts(world) == []


def test_what_cannot_be_audited_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.generated()

    def lost(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("tests.support.contract_fakes.FakeWork.commit", lost)
    with pytest.raises(ConnectionError):
        reads(world).audited(SHOWN, world.case.no, Call(REVIEWER, "c"), "the case")
