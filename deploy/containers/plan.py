"""What every container is told and given, whatever runs it: derived from the one-machine stack, so that the two never differ.

`deploy.local.environment` says which settings a process has; here each becomes a plain variable, a secret in a file
(`NAME_FILE`), or a key file. Where secrets come from, and the form (Compose, Kubernetes), are decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.environment import Environments
from deploy.local.field_keys import FieldKeyFile
from deploy.local.keys import Secrets
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.processes import PROCESSES, ROSTER, ServiceProcess

APP = "/app"
HELD = Path("/run/guohu")
"""Where a container finds what it was given; nothing else is mounted there."""
KEPT = "/var/lib/guohu"
VALUES = "values"
ADMIN_PORT, HTTP_PORT = 9100, 8080
FACE_PYTHON = "/opt/face/bin/python"

_SECRET = "secret:"  # noqa: S105 - a mark, not a secret
_NOWHERE = Path("/nowhere")
# Of one machine where everybody comes from one address; said again by a place that wants it.
_RATES = ("GUOHU_RATE_PER_SOURCE", "GUOHU_RATE_ANONYMOUS", "GUOHU_RATE_PER_ACCOUNT")
_PER_SOURCE = (
    "GUOHU_SMS_PER_SOURCE_HOUR",
    "GUOHU_SMS_UNUSED_PER_SOURCE_HOUR",
    "GUOHU_VERIFICATIONS_PER_SOURCE_HOUR",
)
_LOCAL_ONLY = frozenset({"GUOHU_TRUSTED_PROXIES", *_PER_SOURCE, *_RATES})


@dataclass(frozen=True)
class Place:
    """One kind of deployment: what its addresses are and what it says besides."""

    env: str
    public_url: str
    objects: str
    queue_type: str = "classic"
    pki_is_given: bool = True
    """Whether signing's certificates and encrypted keys are provided; otherwise its worker makes them, with plain keys."""
    besides: dict[str, dict[str, str]] = field(default_factory=dict)
    """Service -> further plain variables."""

    @property
    def pki(self) -> str:
        """The folder of signing's certificates and keys."""
        return f"{KEPT}/pki"


@dataclass(frozen=True)
class Told:
    """One container: plain variables; secrets as `NAME -> source`, told as `NAME_FILE`; key files below `HELD`."""

    plain: dict[str, str]
    secrets: dict[str, str]
    files: tuple[str, ...]

    @property
    def variables(self) -> dict[str, str]:
        """Everything that is said by environment."""
        return self.plain | {f"{name}_FILE": str(HELD / VALUES / name) for name in self.secrets}


class _Sources(Secrets):
    """Answers with the names of secrets instead of secrets; its files lie where the container finds them."""

    def __init__(self) -> None:
        super().__init__(HELD)

    def password(self, name: str) -> str:
        return f"{_SECRET}passwords/{name}"

    @property
    def person_key(self) -> str:
        return f"{_SECRET}person.key"

    def field_keys(self, service: str) -> FieldKeyFile:
        return FieldKeyFile(*(f"{_SECRET}field/{service}/{name}" for name in ("newest", "other", "index")))


class _Addresses(Environments):
    """The settings of the one-machine stack with other addresses."""

    def __init__(self, place: Place) -> None:
        names = ("postgres", "amqp", "gateway.http", *(one.name for one in PROCESSES))
        super().__init__(Layout(_NOWHERE), dict.fromkeys(names, ADMIN_PORT), _Sources())
        self._place = place

    @property
    def public_url(self) -> str:
        return self._place.public_url

    def _database_url(self, service: str, role: str) -> str:
        return f"{_SECRET}urls/{service}/{role}"

    def _amqp_url(self) -> str:
        return f"{_SECRET}urls/amqp"


def told(place: Place, process: ServiceProcess) -> Told:
    """Return what one service process is told."""
    said = _Addresses(place).process(process.service, process.role)
    said |= {"GUOHU_ADMIN_HOST": "0.0.0.0", "GUOHU_ADMIN_PORT": str(ADMIN_PORT)}  # noqa: S104 - of a container
    if "GUOHU_HTTP_PORT" in said:
        said |= {"GUOHU_HTTP_HOST": "0.0.0.0", "GUOHU_HTTP_PORT": str(HTTP_PORT)}  # noqa: S104 - of a container
    if "GUOHU_OBJECTS" in said:
        said |= {
            "GUOHU_OBJECTS": place.objects,
            "GUOHU_S3_ACCESS_KEY": f"{_SECRET}s3/access",
            "GUOHU_S3_SECRET_KEY": f"{_SECRET}s3/secret",
        }
    if "GUOHU_FACE_PYTHON" in said:
        said["GUOHU_FACE_PYTHON"] = FACE_PYTHON
    if "GUOHU_PKI" in said:
        said["GUOHU_PKI"] = place.pki
        if place.pki_is_given:
            said["GUOHU_PKI_PASSPHRASE"] = f"{_SECRET}passwords/pki"
    if process.name != "signing.worker":  # certificates and their keys are the worker's alone
        said = {name: value for name, value in said.items() if not name.startswith("GUOHU_PKI")}
    return _sorted_out(place, said, process.service)


def told_migration(place: Place, service: str) -> Told:
    """Return what `python -m services.<name> migrate` is told: the owner's role, nothing else."""
    return _sorted_out(place, _Addresses(place).migration(service), service)


def told_operator(place: Place) -> Told:
    """Return what the operators' command and the topology command are told."""
    return _sorted_out(place, _Addresses(place).operator(), "cli")


def migrating() -> tuple[str, ...]:
    """The services that have a schema."""
    return tuple(ROSTER.migrations)


def _sorted_out(place: Place, said: dict[str, str], service: str) -> Told:
    said = {name: value for name, value in said.items() if name not in _LOCAL_ONLY}
    if "GUOHU_ENV" in said:
        said["GUOHU_ENV"] = place.env
    if "GUOHU_QUEUE_TYPE" in said:
        said["GUOHU_QUEUE_TYPE"] = place.queue_type
    secrets = {name: value.removeprefix(_SECRET) for name, value in said.items() if value.startswith(_SECRET)}
    plain = {name: _inside(name, value) for name, value in said.items() if name not in secrets}
    plain |= place.besides.get(service, {})
    files = {Path(value).relative_to(HELD) for value in plain.values() if value.startswith(f"{HELD}/")}
    return Told(dict(sorted(plain.items())), dict(sorted(secrets.items())), tuple(sorted(map(str, files))))


def _inside(name: str, value: str) -> str:
    """Return a value as it reads inside a container. Raises ValueError for a path of this machine that nobody mapped."""
    moved = value.replace(str(REPOSITORY), APP)
    if str(_NOWHERE) in moved or _SECRET in moved:
        raise ValueError(f"{name}: say in deploy/containers/plan.py what this is in a container")
    return moved
