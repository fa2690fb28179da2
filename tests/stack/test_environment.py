"""What each process is told: its own secrets and nobody else's."""

import base64
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.environment import Environments
from deploy.local.keys import Secrets, owner_role, runtime_role
from deploy.local.layout import REPOSITORY, Layout, StackError
from deploy.local.processes import DATABASES, PROCESSES, ROSTER, ServiceProcess
from deploy.local.settings import SETTINGS
from deploy.local.stack import Stack

NAMES = ["postgres", "amqp", "gateway.http", *(one.name for one in PROCESSES)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack with secrets and no servers."""
    one = Stack(tmp_path_factory.mktemp("secrets"))
    one.layout.create()
    one.secrets.create_missing()
    return one


@pytest.fixture(scope="module")
def environments(stack: Stack) -> Environments:
    return Environments(stack.layout, {name: 20000 + at for at, name in enumerate(NAMES)}, stack.secrets)


def secret_values(layout: Layout) -> dict[str, str]:
    """Every secret of the stack by the name of its file, as text that must not turn up elsewhere."""
    files = [path for path in layout.secrets.rglob("*") if path.is_file() and path.suffix != ".pub"]
    return {str(path.relative_to(layout.secrets)): path.read_text().strip() for path in files}


def held(told: dict[str, str], layout: Layout) -> set[str]:
    """Which secrets an environment gives, by value or by the path of the file or folder."""
    found = set()
    for name, value in secret_values(layout).items():
        path = layout.secrets / name
        folders = [given for given in told.values() if Path(given).is_absolute() and path.is_relative_to(given)]
        if folders or any(value in given for given in told.values()):
            found.add(name)
    return found


def expected(service: str) -> set[str]:
    own = {"passwords/amqp", f"actors/{service}.key"}
    if service in DATABASES:
        own |= {f"passwords/{runtime_role(service)}", "person.key", f"field/{service}", f"links/{service}.key"}
    if service == "identity":
        own |= {"identity_proof.key", "access_token.key"}
    return own


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_a_process_holds_its_own_secrets_only(
    process: ServiceProcess, environments: Environments, stack: Stack
) -> None:
    assert held(environments.process(process.service, process.role), stack.layout) == expected(process.service)


def test_a_migration_holds_the_owner_password_of_its_database_only(environments: Environments, stack: Stack) -> None:
    for service in ROSTER.migrations:
        assert held(environments.migration(service), stack.layout) == {f"passwords/{owner_role(service)}"}


def test_topology_holds_the_broker_password_only(environments: Environments, stack: Stack) -> None:
    assert held(environments.topology(), stack.layout) == {"passwords/amqp"}


def test_only_signing_is_told_where_the_platform_ca_is(environments: Environments) -> None:
    told = {one.service for one in PROCESSES if "GUOHU_PKI" in environments.process(one.service, one.role)}

    assert told == {"signing"}


def test_no_process_is_told_the_marker_by_which_down_finds_its_victims(environments: Environments) -> None:
    everything = [environments.operator(), *(environments.process(one.service, one.role) for one in PROCESSES)]

    assert all("GUOHU_STACK" not in told for told in everything)


def test_every_process_has_an_admin_port_of_its_own(environments: Environments) -> None:
    ports = [environments.process(one.service, one.role)["GUOHU_ADMIN_PORT"] for one in PROCESSES]

    assert len(set(ports)) == len(PROCESSES)


def test_secrets_are_readable_by_their_owner_only(stack: Stack) -> None:
    files = [path for path in stack.layout.secrets.rglob("*") if path.is_file()]

    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in stack.layout.secrets.rglob("*") if path.is_dir()} == {0o700}


def test_keys_have_32_bytes_and_differ_between_services(stack: Stack) -> None:
    keys = [stack.secrets.person_key, *(stack.secrets.field_keys(service).newest for service in DATABASES)]

    assert {len(base64.b64decode(key, validate=True)) for key in keys} == {32}
    assert len(set(keys)) == len(keys)


def test_secrets_once_made_are_never_replaced(stack: Stack) -> None:
    before = secret_values(stack.layout)
    Secrets(stack.layout.secrets).create_missing()

    assert secret_values(stack.layout) == before


def test_a_public_key_that_was_lost_is_derived_again(stack: Stack) -> None:
    public = stack.secrets.public_key("actors/gateway")
    before = public.read_bytes()
    public.unlink()
    stack.secrets.create_missing()

    assert public.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "code", "answer"),
    [
        (["env", "contract.serve"], 1, "never started"),
        (["env", "nonsense"], 2, "there are: cli topology identity.serve"),
        (["restart", "contract.serve"], 1, "the stack is down"),
        (["status"], 3, "the stack is down"),
        (["logs"], 1, "no log"),
        (["down"], 0, "nothing of the stack runs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_command_on_a_stack_never_started_says_so(tmp_path: Path, command: list[str], code: int, answer: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", *command],
        env={"PYTHONPATH": str(REPOSITORY), "GUOHU_VAR": str(tmp_path)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert answer in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def settings(stack: Stack) -> Iterator[Path]:
    """The operator's file, private, gone after the test."""
    file = stack.layout.settings_file
    file.touch(0o600)
    yield file
    file.unlink()


def test_the_operators_settings_reach_the_service_they_are_for_and_no_other(
    environments: Environments, settings: Path
) -> None:
    given = {name: f"value-of-{name}" for names in SETTINGS.values() for name in names}
    settings.write_text("# ours\n\n" + "".join(f"{name}={value}\n" for name, value in given.items()))

    for one in PROCESSES:
        told = environments.process(one.service, one.role)
        mine = set(SETTINGS.get(one.service, ()))
        assert {name: told[name] for name in mine} == {name: given[name] for name in mine}
        assert not {value for name, value in given.items() if name not in mine} & set(told.values())


@pytest.mark.parametrize("line", ["GUOHU_BANK_ADDRESS=x", "GUOHU_DATABASE_URL=x", "PATH=/tmp", "no sense"])
def test_a_setting_nobody_knows_is_refused_with_its_line(line: str, environments: Environments, settings: Path) -> None:
    settings.write_text(f"GUOHU_BANK_URL=https://bank.test\n{line}\n")

    with pytest.raises(StackError, match=r"settings\.env:2"):
        environments.process("identity", "serve")


def test_settings_others_may_read_are_refused(environments: Environments, settings: Path) -> None:
    settings.chmod(0o644)

    with pytest.raises(StackError, match="chmod 600"):
        environments.process("identity", "serve")
