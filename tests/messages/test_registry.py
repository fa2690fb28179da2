"""Who answers and who hears what: every id once, every handler and every question with somebody behind it."""

from __future__ import annotations

import ast
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from services.common.messages import registry
from services.common.messages.registry import Subscription
from services.common.messages.shapes import EventName, Rpc
from services.common.values import CaseNo, CertificateNo, IdNumber, Mobile, PersonId, PersonName, UnitNo
from tests.messages.samples import OURS, events, fields_of, rpcs, types_in

SERVICES = Path(__file__).parents[2] / "services"
PERSONAL = {IdNumber, Mobile, PersonName, CertificateNo, UnitNo}
TELLABLE = {str, int, bool, dt.datetime, dt.date, CaseNo, PersonId}
ENDINGS = ("_id", "_ids", "_no", "_code", "_hash", "_sha256", "_at", "_key", "_version")
WORDS = {
    "city",
    "documents",
    "fields",
    "item",
    "items",
    "key",
    "kind",
    "pages",
    "reason",
    "remedies",
    "rule",
    "ground",
    "round",
    "sha256",
    "state",
    "version",
}
SUBSCRIPTIONS = [
    one for one in registry.SUBSCRIPTIONS if all(shape.__module__.startswith(OURS) for shape in one.events)
]


def decorated(service: str, process: str) -> dict[str, list[str]]:
    """What `@rpc(...)` and `@handles(...)` of a process's module name: decorator -> last word of the first argument."""
    found: dict[str, list[str]] = {"rpc": [], "handles": []}
    file = SERVICES / service / ("service.py" if process == "serve" else f"{process}.py")
    if not file.exists():
        return found
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef):
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in found:
                    argument = one.args[0]
                    found[one.func.id].append(
                        argument.value
                        if isinstance(argument, ast.Constant)
                        else ast.unparse(argument).rpartition(".")[2]
                    )
    return found


def test_handler_ids_are_unique_and_name_their_service() -> None:
    ids = [one.handler_id for one in SUBSCRIPTIONS]

    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [one.handler_id for one in SUBSCRIPTIONS if not one.handler_id.startswith(f"{one.service}.")] == []


@pytest.mark.parametrize("one", SUBSCRIPTIONS, ids=lambda one: one.handler_id)
def test_handler_is_implemented_once_by_the_process_it_is_registered_for(one: Subscription) -> None:
    assert decorated(one.service, one.process)["handles"].count(one.handler_id) == 1


@pytest.mark.parametrize("service", registry.SERVICES)
def test_service_implements_no_handler_that_is_not_registered(service: str) -> None:
    for process in ("serve", "worker"):
        registered = {one.handler_id for one in SUBSCRIPTIONS if (one.service, one.process) == (service, process)}
        assert set(decorated(service, process)["handles"]) <= registered


@pytest.mark.parametrize(
    ("shape", "rpc"),
    [(shape, rpc) for shape, rpc in rpcs().items() if rpc.service != "any"],
    ids=lambda one: getattr(one, "name", ""),
)
def test_question_is_answered_by_the_process_it_is_sent_to(shape: type, rpc: Rpc) -> None:
    assert decorated(rpc.service, rpc.process)["rpc"].count(shape.__name__) == 1


def test_names_of_questions_and_events_are_unique() -> None:
    assert [name for name, count in Counter(rpc.name for rpc in rpcs().values()).items() if count > 1] == []
    assert [name for name, count in Counter(name.routing_key for name in events().values()).items() if count > 1] == []


def test_event_is_named_after_the_service_whose_file_declares_it() -> None:
    assert [
        name
        for shape, name in events().items()
        if name.name.partition(".")[0] != shape.__module__.rpartition(".")[2].partition("_")[0]
    ] == []


def test_every_subscribed_event_reaches_the_queue_of_its_subscriber() -> None:
    queues = registry.event_queues()

    for one in SUBSCRIPTIONS:
        assert {name.routing_key for name in one.names} <= queues[one.queue]


@pytest.mark.parametrize(("shape", "name"), list(events().items()), ids=lambda one: getattr(one, "name", ""))
def test_event_holds_ids_and_codes_only(shape: type, name: EventName) -> None:
    assert types_in(shape) <= TELLABLE
    for field in all_fields(shape):
        assert field in WORDS or field.endswith(ENDINGS), f"{name.name}.{field}: is this an id or a code?"


def all_fields(shape: type) -> set[str]:
    """Names of fields at every depth."""
    found = set(fields_of(shape))
    for hint in fields_of(shape).values():
        for inner in parts_of(hint):
            found |= all_fields(inner)
    return found


def parts_of(hint: object) -> set[type]:
    """The message parts inside a hint."""
    found = {one for inner in getattr(hint, "__args__", ()) for one in parts_of(inner)}
    return found | ({hint} if isinstance(hint, type) and hint.__module__.startswith(OURS) else set())


@pytest.mark.parametrize(
    ("shape", "rpc"),
    [(shape, rpc) for shape, rpc in rpcs().items() if rpc.is_command],
    ids=lambda one: getattr(one, "name", ""),
)
def test_answer_of_a_command_holds_no_personal_data_because_it_is_kept(shape: type, rpc: Rpc) -> None:
    assert not types_in(rpc.reply) & PERSONAL, shape


def test_question_for_a_worker_has_time_enough_for_an_engine() -> None:
    assert [rpc.name for rpc in rpcs().values() if rpc.process == "worker" and rpc.deadline <= 5.0] == []
    assert [rpc.name for rpc in rpcs().values() if not 0 < rpc.deadline <= 60] == []
