"""docker-compose.yml: who is confined how, who is given which secrets, who waits for whom, what is open to whom."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from deploy.containers.compose import name_of
from deploy.containers.plan import migrating
from deploy.local.layout import REPOSITORY
from deploy.local.processes import PROCESSES

DOCUMENT = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = DOCUMENT["services"]
SERVERS = ("postgres", "rabbitmq", "store")
OURS = sorted(name for name, one in SERVICES.items() if "build" in one)
DONE, HEALTHY = "service_completed_successfully", "service_healthy"


def test_every_process_and_every_migration_has_a_container() -> None:
    assert {name_of(one) for one in PROCESSES} <= set(SERVICES)
    assert {f"{one}-migrate" for one in migrating()} <= set(SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_write_nothing_and_become_nobody(name: str) -> None:
    one = SERVICES[name]

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in one["security_opt"]
    assert "mem_limit" in one
    assert one["pids_limit"]
    assert all(mount.endswith(":ro") or mount.startswith(("pki:", "keys")) for mount in one.get("volumes", []))


def test_only_jobs_that_hand_out_or_read_all_secrets_run_as_root() -> None:
    assert {name for name in OURS if SERVICES[name].get("user") == "0:0"} == {"keys", "databases"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_open_ports_are_open_to_this_machine_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))
    assert SERVICES[name].get("privileged") is None
    assert not any("docker.sock" in str(one) for one in SERVICES[name].get("volumes", []))


def test_only_the_gateway_and_the_observer_reach_outside() -> None:
    assert {name for name, one in SERVICES.items() if "outside" in one["networks"]} == {"gateway-serve", "grafana"}
    assert DOCUMENT["networks"]["inside"] == {"internal": True}


def mounts(name: str) -> set[str]:
    return {one.split(":")[0] for one in SERVICES[name].get("volumes", [])}


def test_secrets_are_mounted_by_their_holder_and_the_jobs_that_make_them() -> None:
    shared = {"keys-operator": {"operator", "topology"}, "keys-store": {"store", "bucket"}}
    for volume in (one for one in DOCUMENT["volumes"] if one.startswith("keys-")):
        holders = {name for name in SERVICES if volume in mounts(name)} - {"keys"}

        assert volume in mounts("keys")
        assert holders == shared.get(volume, {volume.removeprefix("keys-")})
    assert {name for name in SERVICES if "keys" in mounts(name)} == {"keys", "databases"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if any(word in variable for word in ("PASSWORD", "SECRET", "DATABASE", "AMQP", "FIELD_KEY", "PERSON_KEY")):
            assert variable.endswith("_FILE") or variable == "GUOHU_DATABASE_RUNTIME_ROLE", variable
            assert str(value).startswith("/run/guohu/") or variable == "GUOHU_DATABASE_RUNTIME_ROLE"


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_process_starts_when_queues_bucket_and_its_schema_are_there(process: Any) -> None:
    waits = SERVICES[name_of(process)]["depends_on"]

    assert waits["topology"]["condition"] == waits["bucket"]["condition"] == DONE
    if process.service in migrating():
        assert waits[f"{process.service}-migrate"]["condition"] == DONE


def test_order_of_need_ends_at_the_keys() -> None:
    for server in SERVERS:
        assert SERVICES[server]["depends_on"] == {"keys": {"condition": DONE}}
    assert SERVICES["databases"]["depends_on"]["postgres"]["condition"] == HEALTHY
    assert SERVICES["topology"]["depends_on"]["rabbitmq"]["condition"] == HEALTHY
    for service in migrating():
        assert SERVICES[f"{service}-migrate"]["depends_on"] == {"databases": {"condition": DONE}}


@pytest.mark.parametrize("server", SERVERS)
def test_servers_image_is_chosen_by_variable(server: str) -> None:
    assert SERVICES[server]["image"].startswith(f"${{GUOHU_{server.upper()}_IMAGE:-")
