"""The container stage: real images of the servers under testcontainers. Skipped, with the reason printed, unless asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

IMAGES = {
    "GUOHU_POSTGRES_IMAGE": "postgres:15-bookworm",
    "GUOHU_RABBITMQ_IMAGE": "rabbitmq:3.13",
    "GUOHU_STORE_IMAGE": "pgsty/silo:RELEASE.2026-09-03T13-18-01Z",
}


def why_not() -> str:
    """Why the stage is skipped; empty when it runs."""
    if os.environ.get("GUOHU_CONTAINERS") != "1":
        return "container tests are skipped: set GUOHU_CONTAINERS=1 on a machine with a container engine"
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        return "container tests are skipped: no container engine answers (DOCKER_HOST, the rights of this user)"
    try:
        import testcontainers  # noqa: F401
    except ImportError:
        return "container tests are skipped: testcontainers is not installed: run deploy/containers/check.sh"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [one for one in items if "tests/containers/" in str(one.path)]
    reason = why_not() if ours else ""
    if reason:
        print(f"\n{reason}")
    for one in ours:
        one.add_marker(pytest.mark.containers)
        if reason:
            one.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def running(variable: str, port: int, environment: dict[str, str], command: list[str] | None = None) -> Iterator[Any]:
    """A container of the image that the variable names, with this port open on loopback; gives (host, port)."""
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(os.environ.get(variable, IMAGES[variable])).with_exposed_ports(port)
    for name, value in environment.items():
        container.with_env(name, value)
    if command:
        container.with_command(command)
    with container as started:
        yield started.get_container_host_ip(), int(started.get_exposed_port(port))


@pytest.fixture(scope="session")
def start() -> Callable[..., Any]:
    return running
