"""Which ports are chosen and kept."""

import socket
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.layout import StackError

NAMES = ("postgres", "amqp", "gateway.http")


def test_ports_are_the_same_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"

    assert ports.allocate(file, NAMES) == ports.allocate(file, NAMES)


def test_ports_are_one_block(tmp_path: Path) -> None:
    numbers = sorted(ports.allocate(tmp_path / "ports.json", NAMES).values())

    assert numbers == list(range(numbers[0], numbers[0] + len(NAMES)))


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_only_the_port_a_stranger_took_moves(tmp_path: Path, address: str) -> None:
    file = tmp_path / "ports.json"
    before = ports.allocate(file, NAMES)
    with socket.create_server((address, before["amqp"])):
        after = ports.allocate(file, NAMES)

    assert ports.moved(before, after) == {"amqp": (before["amqp"], after["amqp"])}
    assert ports.load(file) == after


def test_a_new_process_gets_a_port_and_the_others_keep_theirs(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    before = ports.allocate(file, NAMES)
    after = ports.allocate(file, (*NAMES, "tax.serve"))

    assert {name: after[name] for name in NAMES} == before
    assert after["tax.serve"] not in before.values()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text("{")

    with pytest.raises(StackError, match=r"ports\.json"):
        ports.allocate(file, NAMES)
