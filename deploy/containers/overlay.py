"""The production overlay: what a city's deployment replaces. Everything ending in `.invalid` and every 192.0.2.x is an example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy.containers.dumping import dump
from deploy.containers.images import all_images
from deploy.containers.networking import BROKER_PORT, DATABASE_PORT, STORE_PORT
from deploy.containers.plan import migrating

FOLDER = Path("deploy/kubernetes/production")
HEAD = """\
# A production deployment, to be copied. Made by `python -m deploy.containers render`; a copy is yours to change.
# Replace: the registry and tag, the settings, the host, and the addresses of servers outside the cluster (192.0.2.x).
"""
NAMESPACE = "guohu"
HOST = "guohu.invalid"

# Two desks of a city wait for these at peak; the others keep the base's two.
_REPLICAS = {"gateway-serve": 3, "signing-worker": 3}
_SETTINGS = {
    "GUOHU_ENV": "production",
    "GUOHU_PUBLIC_URL": f"https://{HOST}",
    "GUOHU_OBJECTS": "s3://store.guohu.invalid/guohu",
    "GUOHU_QUEUE_TYPE": "quorum",
    # The ingress controller's pods: without this all people seem to come from one address, and limits count them as one.
    "GUOHU_TRUSTED_PROXIES": "10.0.0.0/8",
    # Contracts are kept ten years from the signature; nobody can delete them earlier (object lock).
    "GUOHU_S3_RETAIN": "signing/=3653",
}
_SERVERS = {"broker": ("192.0.2.10/32", BROKER_PORT), "store": ("192.0.2.30/32", STORE_PORT)}
_DATABASES = "192.0.2.20/32"


def files() -> dict[str, str]:
    """Return the overlay's files."""
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": NAMESPACE,
            # Everything but the drawing sandbox would pass `restricted`; see `contract-worker`.
            "labels": {
                "pod-security.kubernetes.io/enforce": "privileged",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
    }
    return {
        str(FOLDER / "kustomization.yaml"): HEAD + dump(_kustomization()),
        str(FOLDER / "namespace.yaml"): HEAD + dump(namespace),
    }


def _kustomization() -> dict[str, Any]:
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": NAMESPACE,
        "resources": ["namespace.yaml", "../base"],
        "images": [
            {"name": f"guohu/{one.name}", "newName": f"registry.invalid/guohu/{one.name}", "newTag": "2026.11.22"}
            for one in all_images()
        ],
        "configMapGenerator": [
            {
                "name": "guohu-settings",
                "behavior": "merge",
                "literals": [f"{name}={value}" for name, value in _SETTINGS.items()],
            }
        ],
        "patches": [
            *(_floor(name, count) for name, count in _REPLICAS.items()),
            _host(),
            *(_address(name, to, port) for name, (to, port) in _SERVERS.items()),
            *(_address(f"{one}-database", _DATABASES, DATABASE_PORT) for one in migrating()),
        ],
    }


def _floor(name: str, count: int) -> dict[str, Any]:
    changes = [{"op": "replace", "path": "/spec/minReplicas", "value": count}]
    return _patch("HorizontalPodAutoscaler", name, changes)


def _host() -> dict[str, Any]:
    changes: list[dict[str, Any]] = [
        {"op": "replace", "path": "/spec/rules/0/host", "value": HOST},
        {"op": "add", "path": "/spec/ingressClassName", "value": "nginx"},
        {"op": "add", "path": "/spec/tls", "value": [{"hosts": [HOST], "secretName": "gateway-tls"}]},
    ]
    return _patch("Ingress", "gateway", changes)


def _address(name: str, to: str, port: int) -> dict[str, Any]:
    rule = {"to": [{"ipBlock": {"cidr": to}}], "ports": [{"protocol": "TCP", "port": port}]}
    return _patch("NetworkPolicy", name, [{"op": "replace", "path": "/spec/egress", "value": [rule]}])


def _patch(kind: str, name: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"target": {"kind": kind, "name": name}, "patch": dump(changes)}
