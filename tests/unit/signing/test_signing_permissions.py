"""Who may touch a task: its link's holder or its signed-in person; to everybody else it does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import Forbidden, NotAuthenticated
from services.signing.domain.errors import TaskNotFound
from tests.unit.signing.desk import STRANGER, Desk, nobody, opened, person, service, staff

OUTSIDERS = {
    "nobody signed in": nobody(),
    "another signer": person(1),
    "a stranger": person(STRANGER),
    "staff with the signer's id": staff(),
    "a service": service("contract"),
}
ACTS: dict[str, Callable[[Desk, str, Call], object]] = {
    "show": lambda desk, handle, call: desk.show(0, handle, call),
    "identify": lambda desk, handle, call: desk.identify(0, handle=handle, call=call),
    "view": lambda desk, handle, call: desk.view(0, handle=handle, call=call),
    "sign": lambda desk, handle, call: desk.sign(0, handle=handle, call=call),
    "refuse": lambda desk, handle, call: desk.refuse(0, handle=handle, call=call),
}
HANDLES = ["0" * 32, "0" * 31, "A" * 43, "", "../" * 11, "f" * 32 + "\n", "x" * 60, "é" * 43]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_by_its_id_a_task_exists_for_its_signed_in_person_alone(who: str, act: str) -> None:
    desk = opened()
    desk.read(0)
    before = desk.envelope

    with pytest.raises(TaskNotFound) as refused:
        ACTS[act](desk, desk.task(0).task_id, OUTSIDERS[who])

    assert refused.value.context == {}
    assert desk.envelope == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("handle", HANDLES)
def test_what_is_no_handle_is_refused_like_a_foreign_one(handle: str, act: str) -> None:
    desk = opened()
    desk.link(0)
    call = person(0)
    if not handle:  # the desk would put the link in its place
        handle = " "

    with pytest.raises(TaskNotFound):
        ACTS[act](desk, handle, call)


def test_the_signer_does_everything_by_id_when_signed_in() -> None:
    desk = opened()
    task_id, mine = desk.task(0).task_id, person(0)

    desk.identify(0, handle=task_id, call=mine)
    desk.view(0, handle=task_id, call=mine)
    desk.sign(0, handle=task_id, call=mine)

    assert desk.task(0).state == "SIGNING"


def test_a_link_suffices_beside_another_persons_session() -> None:
    desk = opened()
    wife = person(1)

    desk.identify(0, call=wife)
    desk.view(0, call=wife)
    desk.sign(0, call=wife)

    assert desk.task(0).state == "SIGNING"


def test_a_session_of_a_signed_in_person_is_not_shown_to_the_holder_of_the_link() -> None:
    desk = opened()
    desk.identify(0, call=person(0))

    bare, own = desk.show(0), desk.show(0, call=person(0))

    assert (bare.session_until, bare.allowed_acts) == (None, ("identify",))
    assert own.session_until is not None
    assert own.allowed_acts == ("open_document", "refuse")


def test_the_list_holds_ones_own_tasks_only() -> None:
    desk = opened()

    assert [one.task_id for one in desk.list(person(0))] == [desk.task(0).task_id]
    assert desk.list(person(STRANGER)) == ()


@pytest.mark.parametrize("call", [nobody(), staff(), service("contract")])
def test_the_list_needs_a_signed_in_person(call: Call) -> None:
    with pytest.raises(NotAuthenticated):
        opened().list(call)


INTERNAL: dict[str, tuple[Callable[[Desk, Call], object], set[str]]] = {
    "mint": (lambda desk, call: desk.mint(call=call), {"contract"}),
    "issue link": (lambda desk, call: desk.invite(0, call=call), {"notice"}),
    "progress": (lambda desk, call: desk.progress(call), {"contract", "review"}),
    "signed document": (lambda desk, call: desk.give(call), {"contract"}),
}


@pytest.mark.parametrize("question", INTERNAL)
@pytest.mark.parametrize("asker", ["contract", "notice", "review", "gateway", "cli", "property"])
def test_internal_questions_are_for_the_services_that_need_them(question: str, asker: str) -> None:
    ask, allowed = INTERNAL[question]

    if asker in allowed:
        ask(opened(), service(asker))
    else:
        with pytest.raises(Forbidden):
            ask(opened(), service(asker))


@pytest.mark.parametrize("question", INTERNAL)
@pytest.mark.parametrize("call", [nobody(), person(0), staff()])
def test_internal_questions_are_not_for_people(question: str, call: Call) -> None:
    with pytest.raises(Forbidden):
        INTERNAL[question][0](opened(), call)


def test_anybody_with_the_code_may_verify() -> None:
    desk = Desk()
    desk.signed_by_all()

    assert desk.verify().accepted
