"""The stack as an operator meets it: up, down, killed in every way, beside another one."""

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import psycopg2
import pytest

from deploy.local import ports, postgres, proc, rabbitmq, readiness, reaper
from deploy.local.processes import Roster
from deploy.local.stack import Stack, StackError
from tests.stack.rosters import stub
from tests.stack.waiting import until

pytestmark = pytest.mark.stack

LOOPBACK = {"127.0.0.1", "::1"}


@contextlib.contextmanager
def database(stack: Stack, service: str, name: str | None = None) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor as the runtime role of a service, in its own or another database."""
    url = stack.environments.process(service, "serve" if service == "contract" else "worker")["GUOHU_DATABASE_URL"]
    link = psycopg2.connect(url.rsplit("/", 1)[0] + "/" + (name or service))
    try:
        with link, link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def is_gone(pids: list[int]) -> bool:
    return all(proc.facts(pid) is None for pid in pids)


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pids))


def is_whole(stack: Stack) -> bool:
    """Asked without the stack's own opinion: every process stands, every server lets its user in."""
    if not postgres.answers(stack.secrets, stack.ports["postgres"]):
        return False
    if not rabbitmq.answers(stack.secrets, stack.ports):
        return False
    rows = stack.status()
    probes = readiness.probe_all({one.name: stack.ports[one.name] for one in stack.roster.processes})
    return (
        bool(rows)
        and all(row.state in {"RUNNING", "STARTING"} for row in rows)
        and all(probe.ready for probe in probes)
    )


def test_everything_of_the_stack_listens_on_loopback_only(running: Stack) -> None:
    heard = proc.listening(running.pids())

    known = running.ports
    assert {address for address, _, _ in heard} <= LOOPBACK
    assert {port for _, port, _ in heard} == {
        *(known[name] for name in ("postgres", "amqp", "distribution", "epmd")),
        *(known[one.name] for one in running.roster.processes),
    }


def test_up_on_a_running_stack_changes_nothing(running: Stack) -> None:
    before = running.pids()

    assert running.up() is False
    assert running.pids() == before


def test_runtime_role_uses_what_the_owner_made_and_no_more(running: Stack) -> None:
    with database(running, "contract") as cursor:
        cursor.execute("INSERT INTO fact (what) VALUES ('seen') RETURNING id")
        cursor.execute("UPDATE fact SET what = 'still seen'")
        cursor.execute("DELETE FROM fact")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), database(running, "contract") as cursor:
        cursor.execute("CREATE TABLE mine (id int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), database(running, "contract") as cursor:
        cursor.execute("TRUNCATE fact")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"), database(running, "contract", "signing"):
        pass


def test_broker_knows_no_guest(running: Stack) -> None:
    known = running.ports

    with pytest.raises(amqp.exceptions.AccessRefused):  # the library's own defaults are guest and guest
        amqp.Connection(host=f"127.0.0.1:{known['amqp']}").connect()
    assert rabbitmq.answers(running.secrets, known)


@pytest.mark.parametrize("name", ["contract.worker", "postgres", "epmd", "rabbitmq"])
def test_a_killed_process_comes_back(running: Stack, name: str) -> None:
    children = running.supervisor.children
    until(lambda: children()[name].state == "RUNNING")  # a start that fails is tried again for another reason
    before = children()[name].pid

    kill([before])

    until(lambda: children()[name].state == "RUNNING" and children()[name].pid != before)
    until(lambda: is_whole(running))


def test_restart_replaces_one_process_and_waits_for_it(running: Stack) -> None:
    before = {name: child.pid for name, child in running.supervisor.children().items()}

    running.restart("contract.worker")

    after = {name: child.pid for name, child in running.supervisor.children().items()}
    assert {name for name, pid in after.items() if pid != before[name]} == {"contract.worker"}
    assert is_whole(running)


def test_up_after_kill_9_of_everything_works_twice_in_a_row_and_keeps_data_and_ports(running: Stack) -> None:
    with database(running, "contract") as cursor:
        cursor.execute("DELETE FROM fact")
        cursor.execute("INSERT INTO fact (what) VALUES ('kept')")
    known = running.ports

    for _ in range(2):
        kill(running.pids())
        assert running.up() is True
        assert is_whole(running)

    assert running.ports == known
    with database(running, "contract") as cursor:
        cursor.execute("SELECT what FROM fact")
        assert cursor.fetchall() == [("kept",)]


def test_up_after_the_supervisor_alone_was_killed_ends_the_orphans_first(running: Stack) -> None:
    supervisor, worker = running.supervisor.pid(), running.supervisor.children()["contract.worker"].pid
    kill([worker])  # the one that comes instead was recorded nowhere
    until(lambda: is_whole(running))
    orphans = [pid for pid in running.pids() if pid != supervisor]

    kill([supervisor])
    running.up()

    assert is_whole(running)
    assert is_gone(orphans)


def test_second_stack_runs_beside_the_first_and_moves_off_an_occupied_port(running: Stack, tmp_path: Path) -> None:
    said: list[str] = []
    second = Stack(tmp_path, Roster((stub("contract", "serve"),)), say=said.append)
    second.layout.create()
    names = ["postgres", "amqp", "distribution", "distribution_ctl", "epmd", "gateway.http", "contract.serve"]
    chosen = ports.allocate(second.layout.ports_file, names)
    first_pids = running.pids()
    try:
        with socket.create_server(("", chosen["amqp"])):
            second.up()
            now, second_pids = second.ports, second.pids()
    finally:
        second.down()

    assert now | {"amqp": 0} == chosen | {"amqp": 0}
    assert now["amqp"] != chosen["amqp"]
    assert any(str(chosen["amqp"]) in text for text in said)
    assert is_gone(second_pids)
    assert running.pids() == first_pids
    assert is_whole(running)


def test_down_leaves_nothing_running_not_even_grandchildren_in_hiding(running: Stack) -> None:
    pids = running.pids()
    hidden = [pid for pid in pids if proc.command_name(pid) == "sleep"]
    assert len(hidden) == 1

    running.down()

    assert is_gone(pids)
    assert running.pids() == []
    assert running.status() == []
    assert running.down() == []
    assert list(running.layout.run.glob("*.json")) == []


def test_a_process_that_cannot_start_is_named_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: Callable[[Stack], None]
) -> None:
    monkeypatch.setattr(readiness, "_FAILING_SECONDS", 0.5)
    one = Stack(tmp_path, Roster((stub("contract", "serve"), stub("review", "serve", "broken"))))
    ended(one)

    with pytest.raises(StackError, match=r"review\.serve") as caught:
        one.up()

    assert "GUOHU_EXAMPLE is not set" in str(caught.value)
    assert "contract.serve:" not in str(caught.value)


@pytest.fixture
def ended() -> Iterator[Callable[[Stack], None]]:
    """Brings stacks of a test down, however the test ends."""
    stacks: list[Stack] = []
    yield stacks.append
    for one in stacks:
        one.down()
        assert reaper.find(one.layout) == []
