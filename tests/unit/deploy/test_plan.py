"""What containers are told is what the one-machine stack tells, with no secret and no path of this machine in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from deploy.containers import compose, pods
from deploy.containers.__main__ import rendered
from deploy.containers.images import all_images, image_of
from deploy.containers.plan import HELD, KEPT, Place, Told, migrating, told, told_migration, told_operator
from deploy.containers.secrets import ContainerSecrets, Servers, hand_out, holders
from deploy.local.environment import Environments
from deploy.local.keys import Secrets
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.processes import PROCESSES, ServiceProcess
from services.common.kit.settings import Environment, ProcessSettings
from services.common.messages import registry
from services.common.messages.shapes import RPC_OF

PLACES = {"compose": compose.PLACE, "kubernetes": pods.PLACE}
READS = {"text", "number", "integer", "path", "pem", "key"}
# Read only where another setting, which is not said, asks for them: their beginning -> that setting.
ONLY_WITH = {"GUOHU_WECHAT_": "GUOHU_WECHAT_APP_ID", "GUOHU_TENCENT_": "GUOHU_FACE_PROVIDER"}
# Said where it runs, not by the plan.
ELSEWHERE = {"GUOHU_DATABASE_OWNER_URL"}
# Limits and proxies of a machine where everybody has one address.
OF_ONE_MACHINE = {
    "GUOHU_RATE_PER_SOURCE",
    "GUOHU_RATE_ANONYMOUS",
    "GUOHU_RATE_PER_ACCOUNT",
    "GUOHU_SMS_PER_SOURCE_HOUR",
    "GUOHU_SMS_UNUSED_PER_SOURCE_HOUR",
    "GUOHU_VERIFICATIONS_PER_SOURCE_HOUR",
    "GUOHU_TRUSTED_PROXIES",
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    folder = tmp_path_factory.mktemp("stack")
    secrets = Secrets(folder / "secrets")
    secrets.create_missing()
    names = ("postgres", "amqp", "gateway.http", *(one.name for one in PROCESSES))
    return Environments(Layout(folder), dict.fromkeys(names, 1), secrets)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_container_is_told_all_the_one_machine_stack_tells(
    process: ServiceProcess, place: Place, local: Environments
) -> None:
    given = told(place, process)

    names = {
        one.removesuffix("_FILE") if one.removesuffix("_FILE") in given.secrets else one for one in given.variables
    }
    here = set(local.process(process.service, process.role))
    # certificates and their keys are the signing worker's alone; the rest belongs to one machine
    missing = here - names - OF_ONE_MACHINE - {"GUOHU_PKI"}
    assert missing == set()


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_a_cluster_is_not_told_the_limits_of_a_machine_where_everybody_has_one_address(process: ServiceProcess) -> None:
    assert not OF_ONE_MACHINE & set(told(pods.PLACE, process).variables)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_nothing_said_in_the_open_is_a_secret_or_of_this_machine(process: ServiceProcess, place: Place) -> None:
    given = told(place, process)

    for name, value in given.plain.items():
        assert not re.search(r"KEY$|SECRET|PASSWORD|PASSPHRASE|DATABASE_URL|AMQP_URL", name), name
        assert str(REPOSITORY) not in value
        assert "/nowhere" not in value


def test_only_the_signing_worker_has_the_platforms_keys(place: Place) -> None:
    holders_ = [one.name for one in PROCESSES if any("PKI" in name for name in told(place, one).variables)]

    assert holders_ == ["signing.worker"]


def test_only_identity_has_its_private_keys(place: Place) -> None:
    for process in PROCESSES:
        private = {one for one in told(place, process).files if one in {"identity_proof.key", "access_token.key"}}
        assert bool(private) == (process.service == "identity"), process.name


def test_every_service_of_the_registry_that_has_a_process_runs_in_every_kind_it_needs() -> None:
    running = {(one.service, one.role) for one in PROCESSES}
    needed = {(one.service, one.process) for one in registry.SUBSCRIPTIONS} | {
        (one.service, one.process) for one in RPC_OF.values()
    }
    without_process = set(registry.SERVICES) - {service for service, _ in running}

    assert {one for one in needed if one[0] not in without_process} <= running


def required(folder: Path) -> set[str]:
    """Return the variables read without default anywhere below a folder and with a default nowhere."""
    needed, optional = set(), set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS):
                continue
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and str(first.value).startswith("GUOHU_"):
                has_default = len(node.args) > 1 or bool(node.keywords)
                (optional if has_default else needed).add(str(first.value))
    return {one for one in needed - optional - ELSEWHERE if not one.startswith(tuple(ONLY_WITH))}


@pytest.mark.parametrize("service", sorted({one.service for one in PROCESSES}))
def test_every_variable_the_code_requires_is_said(service: str, place: Place) -> None:
    folder = REPOSITORY / (service if service == "gateway" else f"services/{service}")
    said: set[str] = set()
    for process in PROCESSES:
        if process.service == service:
            given = told(place, process)
            said |= set(given.variables) | set(given.secrets)

    assert required(folder) - said == set()
    assert said.isdisjoint(ONLY_WITH.values())


def test_what_the_kit_requires_is_said_to_everybody(place: Place) -> None:
    for process in PROCESSES:
        given = told(place, process)
        for name in ("GUOHU_ENV", "GUOHU_ADMIN_PORT", "GUOHU_ACTOR_KEY_FILE", "GUOHU_ACTOR_KEYS", "GUOHU_OBJECTS"):
            assert name in given.plain
        assert "GUOHU_AMQP_URL" in given.secrets


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed")
    made = ContainerSecrets(folder / "master", Servers())
    made.create_missing()
    hand_out(made, compose.PLACE, folder / "of")
    return folder


def inside(given: Told, folder: Path) -> dict[str, str]:
    """The environment as it is, with the folder where it lies here."""
    return {name: value.replace(str(HELD), str(folder)) for name, value in given.variables.items()}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_every_file_a_container_is_told_of_is_in_its_folder(process: ServiceProcess, handed: Path) -> None:
    given = told(compose.PLACE, process)
    folder = handed / "of" / compose.name_of(process)

    said = inside(given, folder)

    for name, value in said.items():
        if value.startswith(str(folder)):
            assert Path(value).exists(), name
    settings = ProcessSettings.read(f"services.{process.service}", process.role, said)
    assert settings.values.text("GUOHU_AMQP_URL").startswith("amqp://guohu:")


def test_nobody_is_given_what_another_needs(handed: Path) -> None:
    contract = {str(one.relative_to(handed / "of/contract-serve")) for one in (handed / "of/contract-serve").rglob("*")}

    assert "values/GUOHU_DATABASE_URL" in contract
    assert {one for one in contract if one.endswith(".key")} == {"actors/contract.key", "links/contract.key"}
    owner = Environment(inside(told_migration(compose.PLACE, "contract"), handed / "of/contract-migrate"))
    assert "contract_owner:" in owner.text("GUOHU_DATABASE_OWNER_URL")
    assert "contract_runtime:" in (handed / "of/contract-serve/values/GUOHU_DATABASE_URL").read_text()


def test_secrets_are_made_once(handed: Path) -> None:
    before = {one: one.read_bytes() for one in handed.rglob("*") if one.is_file()}
    made = ContainerSecrets(handed / "master", Servers())

    made.create_missing()
    hand_out(made, compose.PLACE, handed / "of")

    assert {one: one.read_bytes() for one in handed.rglob("*") if one.is_file()} == before


def test_what_a_holder_no_longer_needs_is_taken_away(handed: Path) -> None:
    stale = handed / "of/contract-serve/actors/signing.key"
    stale.write_text("from before")

    hand_out(ContainerSecrets(handed / "master", Servers()), compose.PLACE, handed / "of")

    assert not stale.exists()


def test_every_holder_has_secrets_of_its_own() -> None:
    assert set(holders(compose.PLACE)) == {
        *(compose.name_of(one) for one in PROCESSES),
        *(f"{one}-migrate" for one in migrating()),
        "operator",
    }
    assert told_operator(compose.PLACE).files == ("actors/cli.key", "public/actors")


def test_images_carry_only_what_their_processes_need() -> None:
    heavy = {one.name: one.packages for one in all_images() if one.packages}

    assert set(heavy) == {"contract-worker", "signing-worker", "identity-worker"}
    assert [one.name for one in all_images() if one.face] == ["identity-worker"]
    for process in PROCESSES:
        image = image_of(process)
        assert (REPOSITORY / "requirements" / f"{image.requirements}.txt").exists()
        assert (REPOSITORY / image.code).is_dir()


def test_made_files_are_current() -> None:
    stale = [name for name, text in rendered().items() if not _is(REPOSITORY / name, text)]

    assert stale == [], "run `python -m deploy.containers render`"


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text() == text


def test_nothing_lies_where_files_are_made_that_is_not_made() -> None:
    made = set(rendered())
    lying = {str(one.relative_to(REPOSITORY)) for one in (REPOSITORY / "deploy/kubernetes").rglob("*.yaml")}

    assert lying <= made
    assert KEPT not in (REPOSITORY / "docker-compose.yml").read_text().replace(f"pki:{KEPT}", "").replace(
        f"{KEPT}/pki", ""
    )
