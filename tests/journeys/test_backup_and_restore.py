"""A stack that burned down, made anew of its backup: the case, its contract, its people's sessions, and nothing told twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.python.guohu_client import wait_for
from deploy.demo.__main__ import WITH_SEAL, root_certificate
from deploy.demo.checking import check
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from deploy.local import backup
from deploy.local.stack import Stack, StackError
from tests.faults.audit import audit
from tests.faults.ledger import Ledger
from tests.support.journey import quiet

pytestmark = pytest.mark.journey


def unheard(step: str) -> None:
    """Steps are for people."""


@pytest.fixture(scope="module")
def sale(stage: Stage) -> Sale:
    """Carried to the end."""
    one = Sale(stage.cast(), quiet)
    one.run()
    return one


@pytest.fixture(scope="module")
def before(sale: Sale) -> tuple[bytes, dict[str, object]]:
    """The contract and the case as the seller saw them."""
    seller = sale.cast.seller
    return seller.client.bytes(f"{sale.path}/documents/contract"), sale.view(seller)


@pytest.fixture(scope="module")
def saved(
    sale: Sale, before: tuple[bytes, dict[str, object]], stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A backup of the stack, which is down meanwhile and up again for those who come after."""
    assert sale, before
    ledger = Ledger(stack)
    wait_for(lambda: not ledger.unsettled(), "everything told and handled")
    folder = tmp_path_factory.mktemp("backup") / "today"
    stack.down()
    try:
        backup.save(stack.layout.var, folder, unheard)
        yield folder
    finally:
        stack.up()


@pytest.fixture(scope="module")
def restored(saved: Path, sale: Sale, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Another stack, made of it; the people of the sale talk to that one."""
    var = tmp_path_factory.mktemp("restored")
    backup.restore(var, saved, unheard)
    one, clients = Stack(var), [person.client for person in sale.cast.citizens]
    addresses = [client.base_url for client in clients]
    try:
        one.up()
        for client in clients:
            client.base_url = one.environments.public_url
        yield one
    finally:
        one.down()
        for client, address in zip(clients, addresses, strict=True):
            client.base_url = address


def test_case_and_contract_are_there_and_the_contract_verifies(
    restored: Stack, sale: Sale, before: tuple[bytes, dict[str, object]], tmp_path: Path
) -> None:
    contract, case = before

    data = sale.cast.seller.client.bytes(f"{sale.path}/documents/contract")

    assert data == contract
    assert sale.view(sale.cast.seller) == case
    file = tmp_path / "contract.pdf"
    file.write_bytes(data)
    assert check(file, root_certificate(restored)).is_good(WITH_SEAL)


def test_events_of_the_last_day_are_told_again_and_nothing_happens_twice(
    restored: Stack, saved: Path, sale: Sale
) -> None:
    ledger, moment = Ledger(restored), (saved / "contract.dump").stat().st_mtime

    wait_for(lambda: not ledger.unsettled(), "everything told and handled")

    times = ledger.column("contract", "SELECT extract(epoch FROM published_at) FROM kit_outbox")
    assert len(times) > 10
    assert min(times) > moment
    assert audit(ledger, sale) == []


def test_backup_is_for_its_owner_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0


def test_backup_is_not_restored_over_a_stack_nor_made_over_a_backup(stack: Stack, saved: Path) -> None:
    with pytest.raises(StackError, match="not empty"):
        backup.restore(stack.layout.var, saved, unheard)
    with pytest.raises(StackError, match="there already"):
        backup.save(stack.layout.var, saved, unheard)


def test_half_a_backup_is_refused_before_anything_is_made(saved: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.mkdir()
    (half / "contract.dump").write_bytes((saved / "contract.dump").read_bytes())

    with pytest.raises(StackError, match="not a whole backup: objects secrets"):
        backup.restore(tmp_path / "var", half, unheard)

    assert not (tmp_path / "var" / "stack").exists()
