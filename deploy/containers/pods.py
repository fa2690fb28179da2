"""The parts every workload is made of: a pod that may do nothing but its work, its settings, its secrets as files."""

from __future__ import annotations

from typing import Any

from deploy.containers.plan import HELD, VALUES, Place, Told
from deploy.containers.secrets import OWNER, flat
from deploy.local.processes import ACTOR_ISSUERS, DATABASES

SETTINGS = "guohu-settings"
COMMON = ("GUOHU_CITIES", "GUOHU_ENV", "GUOHU_OBJECTS", "GUOHU_PUBLIC_URL", "GUOHU_QUEUE_TYPE")
"""What every process is told alike: in one ConfigMap, whose values a deployment replaces."""
PLACE = Place(
    env="production",
    public_url="https://guohu.invalid",
    objects="s3://store.guohu.invalid/guohu",
    queue_type="quorum",
)

# Requests are what was seen in a sale on one machine, doubled; limits leave room for the largest file allowed.
_RESOURCES = {
    "identity-worker": ("500m", "700Mi", "2", "1500Mi"),
    "contract-worker": ("250m", "300Mi", "2", "1Gi"),
    "signing-worker": ("500m", "500Mi", "2", "1Gi"),
    "gateway-serve": ("200m", "192Mi", "1", "512Mi"),
}
_USUAL = ("100m", "160Mi", "1", "384Mi")


def manifest(version: str, kind: str, name: str, chosen: dict[str, str], spec: dict[str, Any]) -> dict[str, Any]:
    """Return an object of the API, labelled."""
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": dict(chosen)}, "spec": spec}


def pod_of(secret: str, image: str, given: Told, command: list[str]) -> dict[str, Any]:
    """Return the specification of a pod with one container, without its resources."""
    own = [{"name": one, "value": value} for one, value in given.variables.items() if one not in COMMON]
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": OWNER,
            "runAsGroup": OWNER,
            "fsGroup": OWNER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "main",
                "image": f"guohu/{image}",
                "command": command,
                "envFrom": [{"configMapRef": {"name": SETTINGS}}],
                "env": own,
                "securityContext": confined(),
                "volumeMounts": [
                    {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - of a container
                    {"name": "secrets", "mountPath": str(HELD), "readOnly": True},
                ],
            }
        ],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "512Mi"}},
            {"name": "secrets", "secret": {"secretName": secret, "defaultMode": 0o440, "items": _items(given)}},
        ],
    }


def confined() -> dict[str, Any]:
    """Return what a container may not do."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _items(given: Told) -> list[dict[str, str]]:
    """Which keys of the Secret become which files; a folder of public keys is every issuer's."""
    everybody = {"public/actors": ACTOR_ISSUERS, "public/links": DATABASES}
    paths = [f"{VALUES}/{name}" for name in given.secrets]
    for relative in given.files:
        paths += [f"{relative}/{one}.pub" for one in everybody[relative]] if relative in everybody else [relative]
    return [{"key": flat(path), "path": path} for path in paths]


def resources_of(name: str) -> dict[str, Any]:
    """Return what a workload of this name asks for and may take."""
    cpu, memory, most_cpu, most_memory = _RESOURCES.get(name, _USUAL)
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": most_cpu, "memory": most_memory}}
