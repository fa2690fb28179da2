"""Which processes the stack runs and what each service may know: data only, in this one place.

Ports, addresses and the values of secrets are decided elsewhere (`ports`, `keys`, `environment`).
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

# Every service that owns data has a database, also before its first process exists.
DATABASES = ("identity", "property", "contract", "signing", "tax", "review", "office", "notice")

# Who may sign an actor assertion (design section 3, "Who asks"); `cli` is the operators' command.
ACTOR_ISSUERS = ("gateway", *DATABASES, "cli")


@dataclass(frozen=True)
class ServiceProcess:
    """One process of one service: `python -m <module> <role>` unless `argv` says otherwise."""

    service: str
    role: str
    argv: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in logs, ports and reports, for example `contract.worker`."""
        return f"{self.service}.{self.role}"

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, with this interpreter."""
        return self.argv or (sys.executable, "-m", module_of(self.service), self.role)


def module_of(service: str) -> str:
    """Return the importable package of a service; the gateway lives beside the services, not among them."""
    return service if service == "gateway" else f"services.{service}"


@dataclass(frozen=True)
class Roster:
    """What a stack runs besides its servers.

    `topology` declares queues and bindings before any process starts; `migrations` maps a service to the command that
    brings its database to the current schema. Either may be empty.
    """

    processes: tuple[ServiceProcess, ...]
    topology: tuple[str, ...] = ()
    migrations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


PROCESSES = tuple(
    ServiceProcess(service, role)
    for service, role in (
        ("identity", "serve"),
        ("identity", "worker"),
        ("property", "serve"),
        ("contract", "serve"),
        ("contract", "worker"),
        ("signing", "serve"),
        ("signing", "worker"),
        ("review", "serve"),
        ("review", "worker"),
        ("notice", "serve"),
        ("office", "serve"),
        ("gateway", "serve"),
    )
)

_WITH_DATABASE = tuple(dict.fromkeys(one.service for one in PROCESSES if one.service in DATABASES))

ROSTER = Roster(
    processes=PROCESSES,
    topology=(sys.executable, "-m", "services.common.kit.topology", "declare"),
    migrations={service: (sys.executable, "-m", module_of(service), "migrate") for service in _WITH_DATABASE},
)

# A service gets only the secrets it needs. Everything absent here stays out of a process's environment.
HOLDS_PERSONAL_DATA = frozenset({"identity", "property", "contract", "signing", "tax", "review", "office", "notice"})
SPENDS_IDENTITY_PROOFS = frozenset({"contract", "signing"})
FACE_CHECKS = frozenset({("identity", "worker")})
