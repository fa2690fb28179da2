"""The environment of every process: which settings it is told and which secrets it is given, and no more.

The names of the variables are the contract with `services.*.config`; the values come from `ports` and `keys`.
"""

import os
import pwd
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from deploy.local.keys import Secrets, owner_role, runtime_role
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.ports import LOOPBACK
from deploy.local.processes import DATABASES, FACE_CHECKS, HOLDS_PERSONAL_DATA, SPENDS_IDENTITY_PROOFS
from deploy.local.settings import OperatorSettings

AMQP_USER = AMQP_VHOST = "guohu"

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def base_environment() -> dict[str, str]:
    """Return what every process of the stack needs to run at all: paths, language, import root.

    Nothing is taken over from the caller: a stack must not depend on the shell it was started from (an operator's own
    settings come from a file, `settings`).
    """
    return {
        "PATH": _SYSTEM_PATH,
        "HOME": pwd.getpwuid(os.geteuid()).pw_dir,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
    }


class Environments:
    """Answers what a process, a migration or the topology command is told. The ports are those of the running stack."""

    def __init__(self, layout: Layout, ports: Mapping[str, int], secrets: Secrets) -> None:
        """Keep the three sources; read nothing yet."""
        self._layout = layout
        self._ports = ports
        self._secrets = secrets
        self._operator = OperatorSettings(layout.settings_file)

    @property
    def public_url(self) -> str:
        """The address of the gateway as people see it."""
        return f"http://{LOOPBACK}:{self._ports['gateway.http']}"

    def process(self, service: str, role: str) -> dict[str, str]:
        """Return the settings of one service process, for example `("contract", "worker")`."""
        told = self._common(service) | {"GUOHU_ADMIN_PORT": str(self._ports[f"{service}.{role}"])}
        if service in DATABASES:
            told |= self._keeper(service)
        if service in SPENDS_IDENTITY_PROOFS:
            told["GUOHU_PROOF_PUBLIC_KEY_FILE"] = str(self._secrets.public_key("identity_proof"))
        if service == "signing":
            told["GUOHU_PKI"] = str(self._secrets.pki)
            told["GUOHU_VERIFICATIONS_PER_SOURCE_HOUR"] = "100000"  # here everybody comes from one address
        if service == "identity":
            told |= self._identity()
        if (service, role) in FACE_CHECKS:
            told["GUOHU_FACE_PYTHON"] = str(Path(sys.prefix).parent / "venv-face" / "bin" / "python")
        if service == "gateway":
            told |= self._gateway()
        return told | self._operator.of(service)

    def migration(self, service: str) -> dict[str, str]:
        """Return the settings of `python -m services.<name> migrate`: the owner role, no keys, no broker."""
        return {
            "GUOHU_SERVICE": service,
            "GUOHU_ENV": "local",
            "GUOHU_DATABASE_OWNER_URL": self._database_url(service, owner_role(service)),
            "GUOHU_DATABASE_RUNTIME_ROLE": runtime_role(service),
        }

    def topology(self) -> dict[str, str]:
        """Return the settings of the command that declares queues and bindings: the broker only."""
        return {"GUOHU_ENV": "local", "GUOHU_AMQP_URL": self._amqp_url(), "GUOHU_QUEUE_TYPE": "classic"}

    def operator(self) -> dict[str, str]:
        """Return the settings of the operators' command, which speaks over the bus like anyone else."""
        return self._common("cli")

    def _common(self, service: str) -> dict[str, str]:
        return self.topology() | {
            "GUOHU_SERVICE": service,
            "GUOHU_CITIES": str(REPOSITORY / "deploy" / "cities"),
            "GUOHU_PUBLIC_URL": self.public_url,
            "GUOHU_ACTOR_KEY_FILE": str(self._secrets.private_key(f"actors/{service}")),
            "GUOHU_ACTOR_KEYS": str(self._secrets.public_key("actors/any").parent),
        }

    def _keeper(self, service: str) -> dict[str, str]:
        """Return what a service with data of its own is given."""
        told = {
            "GUOHU_DATABASE_URL": self._database_url(service, runtime_role(service)),
            "GUOHU_OBJECTS": f"file:{self._layout.objects}",
            "GUOHU_LINK_KEY_FILE": str(self._secrets.private_key(f"links/{service}")),
        }
        if service in HOLDS_PERSONAL_DATA:
            told["GUOHU_PERSON_KEY"] = self._secrets.person_key
            keys = self._secrets.field_keys(service)
            told |= {"GUOHU_FIELD_KEY": keys.newest, "GUOHU_INDEX_KEY": keys.index}
            if keys.other:
                told["GUOHU_FIELD_KEY_FORMER"] = keys.other
        return told

    def _identity(self) -> dict[str, str]:
        return {
            "GUOHU_SMS_PER_SOURCE_HOUR": "100000",  # here everybody comes from one address
            "GUOHU_SMS_UNUSED_PER_SOURCE_HOUR": "100000",
            "GUOHU_PROOF_KEY_FILE": str(self._secrets.private_key("identity_proof")),
            "GUOHU_PROOF_PUBLIC_KEY_FILE": str(self._secrets.public_key("identity_proof")),
            "GUOHU_ACCESS_TOKEN_KEY_FILE": str(self._secrets.private_key("access_token")),
            "GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE": str(self._secrets.public_key("access_token")),
        }

    def _gateway(self) -> dict[str, str]:
        return {
            "GUOHU_HTTP_PORT": str(self._ports["gateway.http"]),
            "GUOHU_OBJECTS": f"file:{self._layout.objects}",
            "GUOHU_LINK_KEYS": str(self._secrets.public_key("links/any").parent),
            "GUOHU_ACCESS_TOKEN_PUBLIC_KEY_FILE": str(self._secrets.public_key("access_token")),
            # Whatever reaches the gateway comes from this machine: a proxy, or the demo's phones with their own addresses.
            "GUOHU_TRUSTED_PROXIES": f"{LOOPBACK}/32",
            # Tests and benches ask as fast as they can, all from this address; the services' own limits stay.
            "GUOHU_RATE_PER_SOURCE": "off",
            "GUOHU_RATE_ANONYMOUS": "off",
            "GUOHU_RATE_PER_ACCOUNT": "off",
        }

    def _database_url(self, service: str, role: str) -> str:
        password = quote(self._secrets.password(role), safe="")
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self._ports['postgres']}/{service}"

    def _amqp_url(self) -> str:
        password = quote(self._secrets.password("amqp"), safe="")
        return f"amqp://{AMQP_USER}:{password}@{LOOPBACK}:{self._ports['amqp']}/{AMQP_VHOST}"
