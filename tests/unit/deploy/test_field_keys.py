"""A service's field key is changed in three steps; no step loses a key, none can be taken before its turn, and every process is told."""

from __future__ import annotations

import base64
import importlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.field_key import SEALING
from deploy.containers.__main__ import cli
from deploy.containers.compose import PLACE
from deploy.containers.plan import told
from deploy.containers.secrets import ContainerSecrets, Servers, as_kubernetes
from deploy.local.environment import Environments
from deploy.local.field_keys import FieldKeyFile, Step, new_key
from deploy.local.keys import Secrets
from deploy.local.layout import Layout, StackError
from deploy.local.processes import DATABASES, PROCESSES, ServiceProcess
from services.common.kit.fields import FieldCipher
from services.common.kit.settings import Environment, FieldKeys
from tests.support.sealed import named

ORDER = (Step.ANNOUNCE, Step.USE, Step.DROP)


@pytest.fixture
def master(tmp_path: Path) -> Secrets:
    made = Secrets(tmp_path / "secrets")
    made.create_missing()
    return made


def cipher(told_by: dict[str, str]) -> FieldCipher:
    return FieldCipher.of(FieldKeys.read(Environment(told_by)))


def environment(master: Secrets, tmp_path: Path, role: str = "serve") -> dict[str, str]:
    names = ("postgres", "amqp", "gateway.http", *(one.name for one in PROCESSES))
    return Environments(Layout(tmp_path), dict.fromkeys(names, 1), master).process("contract", role)


def test_whatever_was_sealed_before_a_step_is_read_by_processes_before_and_after_it(
    master: Secrets, tmp_path: Path
) -> None:
    before, first = environment(master, tmp_path), environment(master, tmp_path)["GUOHU_FIELD_KEY"]

    for step in ORDER[:2]:
        master.change_field_key("contract", step)
        after = environment(master, tmp_path, "worker")
        assert cipher(after).open(cipher(before).seal("x")) == "x"
        assert step is Step.ANNOUNCE or cipher(before).open(cipher(after).seal("x")) == "x"
        assert after["GUOHU_INDEX_KEY"] == first, "what was hashed stays under the first key"
        before = after
    master.change_field_key("contract", Step.DROP)

    after = environment(master, tmp_path)
    assert after["GUOHU_FIELD_KEY"] == before["GUOHU_FIELD_KEY"] != first
    assert "GUOHU_FIELD_KEY_FORMER" not in after
    assert after["GUOHU_INDEX_KEY"] == first


def test_a_second_change_begins_where_the_first_ended(master: Secrets) -> None:
    first = master.field_keys("signing").newest
    for step in ORDER * 2:
        master.change_field_key("signing", step)

    kept = master.field_keys("signing")
    assert (kept.index, kept.other, kept.stage) == (first, "", "")
    assert kept.newest != first


@pytest.mark.parametrize("done", range(3))
def test_a_step_before_or_after_its_turn_changes_nothing(done: int, master: Secrets) -> None:
    for step in ORDER[:done]:
        master.change_field_key("property", step)
    before = master.field_keys("property")

    for wrong in set(Step) - {ORDER[done]}:
        with pytest.raises(StackError, match=ORDER[done]):
            master.change_field_key("property", wrong)

    assert master.field_keys("property") == before


def test_one_service_s_key_is_changed_alone(master: Secrets) -> None:
    before = {one: master.field_keys(one) for one in DATABASES}

    master.change_field_key("notice", Step.ANNOUNCE)

    assert {one for one in DATABASES if master.field_keys(one) != before[one]} == {"notice"}


def test_a_file_of_a_key_alone_as_it_was_always_written_is_read(tmp_path: Path) -> None:
    key, file = new_key(), tmp_path / "contract"
    file.write_text(key)

    assert FieldKeyFile.read(file) == FieldKeyFile(key, "", key)
    assert len(base64.b64decode(key)) == 32


@pytest.mark.parametrize("process", [ServiceProcess("contract", "serve"), ServiceProcess("identity", "worker")])
def test_containers_are_given_all_three_keys_and_an_empty_one_when_none_is_changed(
    process: ServiceProcess, tmp_path: Path
) -> None:
    made = ContainerSecrets(tmp_path, Servers())
    made.create_missing()
    names = ("GUOHU_FIELD_KEY", "GUOHU_FIELD_KEY_FORMER", "GUOHU_INDEX_KEY")

    def given() -> list[str]:
        contents = made.contents(told(PLACE, process))
        return [contents[f"values/{name}"].decode() for name in names]

    key = made.keys.field_keys(process.service).newest
    assert given() == [key, "", key]
    done = CliRunner().invoke(cli, ["field-key", str(tmp_path), process.service, "announce"])

    assert done.exit_code == 0, done.output
    other = made.keys.field_keys(process.service).other
    assert given() == [key, other, key]
    assert other in as_kubernetes(made, PLACE, "guohu")
    refused = CliRunner().invoke(cli, ["field-key", str(tmp_path), process.service, "drop"])
    assert (refused.exit_code, "`use`" in refused.output, "Traceback" in refused.output) == (1, True, False)


def test_the_command_knows_every_service_that_seals() -> None:
    found = set()
    for service in DATABASES:
        try:
            tables = importlib.import_module(f"services.{service}.adapters.tables")
        except ModuleNotFoundError:
            continue
        if named(tables.METADATA):
            found.add(service)

    assert found == set(SEALING)
