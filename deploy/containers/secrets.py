"""Makes the secrets of a deployment in containers and hands each holder its own: a folder with what it is told, no more.

The master folder is that of `deploy.local.keys`; what exists is never made anew, because data is encrypted with it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deploy.containers.plan import VALUES, Place, Told, migrating, told, told_migration, told_operator
from deploy.local.environment import AMQP_USER, AMQP_VHOST
from deploy.local.keys import Secrets
from deploy.local.layout import write_private
from deploy.local.processes import PROCESSES

OWNER = 10001
"""The user of our images (`deploy/service.Dockerfile`)."""
S3_ACCESS = "guohu"


@dataclass(frozen=True)
class Servers:
    """Where containers find the servers. Host and port each."""

    postgres: str = "postgres:5432"
    amqp: str = "rabbitmq:5672"


class ContainerSecrets:
    """The master folder, and what every holder is given of it."""

    def __init__(self, master: Path, servers: Servers) -> None:
        """Keep both; nothing is made yet."""
        self._master = master
        self._servers = servers
        self.keys = Secrets(master)

    def create_missing(self) -> None:
        """Make what is not there yet."""
        self._master.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.keys.create_missing()
        for name in ("s3", "pki"):
            if not (self._master / "passwords" / name).exists():
                write_private(self._master / "passwords" / name, secrets.token_urlsafe(30).encode())

    def value(self, source: str) -> str:
        """Return a secret by its source, as `plan` names it. Raises FileNotFoundError before `create_missing`."""
        kind, _, rest = source.partition("/")
        if source == "urls/amqp":
            return f"amqp://{AMQP_USER}:{self._quoted('amqp')}@{self._servers.amqp}/{AMQP_VHOST}"
        if kind == "urls":
            service, role = rest.split("/")
            return f"postgresql://{role}:{self._quoted(role)}@{self._servers.postgres}/{service}"
        if kind == "field":
            service, name = rest.split("/")
            return str(getattr(self.keys.field_keys(service), name))
        if source == "s3/access":
            return S3_ACCESS
        if source == "s3/secret":
            return self.keys.password("s3")
        return (self._master / source).read_text()

    def _quoted(self, name: str) -> str:
        return quote(self.keys.password(name), safe="")

    def contents(self, given: Told) -> dict[str, bytes]:
        """Return what a container finds below its folder: relative path -> bytes."""
        found = {f"{VALUES}/{name}": self.value(source).encode() for name, source in given.secrets.items()}
        for relative in given.files:
            path = self._master / relative
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    found[str(file.relative_to(self._master))] = file.read_bytes()
        return found

    def servers_contents(self) -> dict[str, dict[str, bytes]]:
        """Return what the three servers are given: holder -> relative path -> bytes."""
        broker = {
            "default_user": AMQP_USER,
            "default_pass": self.keys.password("amqp"),
            "default_vhost": AMQP_VHOST,
            "default_user_tags.administrator": "false",
        }
        return {
            "postgres": {"password": self.keys.password("postgres").encode()},
            "rabbitmq": {"20-guohu.conf": "".join(f"{name} = {value}\n" for name, value in broker.items()).encode()},
            "store": {"user": S3_ACCESS.encode(), "password": self.keys.password("s3").encode()},
        }


def holders(place: Place) -> dict[str, Told]:
    """Every container of ours that is given secrets, by the name of its folder."""
    return {
        **{f"{one.service}-{one.role}": told(place, one) for one in PROCESSES},
        **{f"{service}-migrate": told_migration(place, service) for service in migrating()},
        "operator": told_operator(place),
    }


def hand_out(made: ContainerSecrets, place: Place, folder: Path) -> list[str]:
    """Write every holder's folder below `folder`; returns their names. Ours are readable by our user alone."""
    for name, given in holders(place).items():
        _write(folder / name, made.contents(given), OWNER, 0o400)
    for name, contents in made.servers_contents().items():
        # The servers' images choose their own users; nobody else mounts these folders.
        _write(folder / name, contents, 0, 0o444)
    return [*holders(place), *made.servers_contents()]


def _write(folder: Path, contents: Mapping[str, bytes], owner: int, mode: int) -> None:
    """Make the folder hold exactly this. A file that is right already is left alone: a process may be reading it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.rglob("*"), reverse=True):
        if old.is_file() and str(old.relative_to(folder)) not in contents:
            old.unlink()
    for relative, data in contents.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (path.exists() and path.read_bytes() == data):
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(data)
            fresh.rename(path)
        path.chmod(mode)
    for path in (folder, *folder.rglob("*")):
        if os.geteuid() == 0:
            shutil.chown(path, owner, owner)
        if path.is_dir():
            path.chmod(0o700 if owner else 0o755)


def as_kubernetes(made: ContainerSecrets, place: Place, namespace: str) -> str:
    """Return Secret objects as a JSON list for `kubectl apply -f -`, one for each holder, named as the manifests name them."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "type": "Opaque",
            "stringData": {flat(path): data.decode() for path, data in made.contents(given).items()},
        }
        for name, given in holders(place).items()
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2)


def flat(path: str) -> str:
    """Return a path as the key of a Kubernetes Secret, which may hold no slash."""
    return path.replace("/", "__")
