"""Who may reach whom in a cluster: everything is forbidden, then what the registry and the code need is allowed.

Services never reach each other: they talk through the broker. Only the gateway is reached from outside. A server in the
cluster is recognised by a label of its pods; where it lies outside, a deployment replaces the policy's address.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

from deploy.containers.plan import ADMIN_PORT, HTTP_PORT, migrating
from deploy.local.layout import REPOSITORY
from deploy.local.processes import PROCESSES, ServiceProcess

LABEL = "guohu.reaches"
SERVES = "guohu.serves"
BROKER = {f"{LABEL}/broker": "yes"}
STORE = {f"{LABEL}/store": "yes"}
OUTSIDE = {f"{LABEL}/outside": "yes"}
BROKER_PORT, DATABASE_PORT, STORE_PORT, TLS_PORT = 5672, 5432, 9000, 443
_HTTP_CLIENTS = frozenset({"requests", "urllib.request", "http.client", "services.common.kit.outside"})
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")


def database(service: str) -> dict[str, str]:
    """Return the label of pods that reach this service's database."""
    return {f"{LABEL}/database": service}


def reach(process: ServiceProcess) -> dict[str, str]:
    """Return the labels that say what a process reaches."""
    own = database(process.service) if process.service in migrating() else {}
    return BROKER | STORE | own | (OUTSIDE if process.service in speaks_outside() else {})


@cache
def speaks_outside() -> frozenset[str]:
    """Return the services that ask somebody outside over HTTP: read from their imports."""
    return frozenset(one.service for one in PROCESSES if _imports_client(REPOSITORY / "services" / one.service))


def _imports_client(folder: Path) -> bool:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import) and _HTTP_CLIENTS & {one.name for one in node.names}:
                return True
            if isinstance(node, ast.ImportFrom) and node.module in _HTTP_CLIENTS:
                return True
    return False


def policies() -> list[Any]:
    """Return every policy. Policies add up: a pod may do what any of those that select it allows."""
    found = [
        _policy("nobody-reaches-anybody", {}, ingress=[], egress=[]),
        _policy("names", {}, egress=[_to_names()]),
        _policy("metrics", {}, ingress=[{"from": [_namespace("monitoring")], "ports": _tcp(ADMIN_PORT)}]),
        _policy(
            "entry",
            {"app.kubernetes.io/name": "gateway"},
            ingress=[{"from": [_namespace("ingress-nginx")], "ports": _tcp(HTTP_PORT)}],
        ),
        _policy("broker", BROKER, egress=[_to_server("broker", BROKER_PORT)]),
        _policy("store", STORE, egress=[_to_server("store", STORE_PORT)]),
        _policy("outside", OUTSIDE, egress=[_to_outside()]),
    ]
    for service in migrating():
        to_own = {"to": [_server({f"{SERVES}/database": service})], "ports": _tcp(DATABASE_PORT)}
        found.append(_policy(f"{service}-database", database(service), egress=[to_own]))
    return found


def _policy(name: str, chosen: dict[str, str], **rules: list[Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {"podSelector": {"matchLabels": chosen} if chosen else {}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": spec | {"policyTypes": [one.capitalize() for one in rules]} | {k: v for k, v in rules.items() if v},
    }


def _tcp(port: int) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port}]


def _namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _server(chosen: dict[str, str]) -> dict[str, Any]:
    return {"namespaceSelector": {}, "podSelector": {"matchLabels": chosen}}


def _to_server(kind: str, port: int) -> dict[str, Any]:
    return {"to": [_server({f"{SERVES}/{kind}": "yes"})], "ports": _tcp(port)}


def _to_names() -> dict[str, Any]:
    return {
        "to": [_namespace("kube-system")],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }


def _to_outside() -> dict[str, Any]:
    """Authorities, banks, message providers: TLS to public addresses, never to a neighbour in the cluster."""
    return {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(_PRIVATE)}}], "ports": _tcp(TLS_PORT)}
