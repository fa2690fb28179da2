"""The commands that make servers ready for services: queues and bindings, then one schema per database.

Decides their order, environment and time limits; what they do belongs to `services`.
"""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from deploy.local.environment import Environments, base_environment
from deploy.local.layout import REPOSITORY, Layout, StackError
from deploy.local.processes import Roster
from deploy.local.supervision import tail

_TOPOLOGY_SECONDS = 60
_MIGRATION_SECONDS = 180
# Each is an interpreter loading SQLAlchemy: more than the machine's cores only makes all of them later.
_AT_ONCE = 2


def declare_topology(layout: Layout, roster: Roster, environments: Environments) -> None:
    """Declare queues and bindings before anybody publishes: an event without a queue is confirmed and lost."""
    if roster.topology:
        _run(layout, "topology", roster.topology, environments.topology(), _TOPOLOGY_SECONDS)


def migrate(layout: Layout, roster: Roster, environments: Environments) -> None:
    """Bring every database to the current schema, two at a time. The first failure is raised after all ended."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        running = [
            pool.submit(_run, layout, f"{name}.migrate", argv, environments.migration(name), _MIGRATION_SECONDS)
            for name, argv in roster.migrations.items()
        ]
    for one in running:
        one.result()


def _run(layout: Layout, name: str, argv: tuple[str, ...], environment: Mapping[str, str], seconds: int) -> None:
    marker, value = layout.marker.split("=", 1)
    log = layout.log_file(name)
    with log.open("wb") as output:
        os.fchmod(output.fileno(), 0o600)
        try:
            done = subprocess.run(
                argv,
                cwd=REPOSITORY,
                env={**base_environment(), **environment, marker: value},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"{name} did not end within {seconds} s; the end of its log:\n{tail(log, 20)}"
            raise StackError(message) from error
    if done.returncode != 0:
        message = f"{name} failed with exit code {done.returncode}; the end of its log ({log}):\n{tail(log, 20)}"
        raise StackError(message)
