"""The Kubernetes manifests: a Kustomize base that fits every cluster (`overlay` makes the production one).

Decides workloads, probes, resources, scaling and which secret is mounted where; who may reach whom is in `networking`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from deploy.containers import networking
from deploy.containers.compose import name_of
from deploy.containers.dumping import dump
from deploy.containers.images import OPERATOR, all_images, image_of, image_of_service
from deploy.containers.plan import (
    ADMIN_PORT,
    HTTP_PORT,
    KEPT,
    Told,
    migrating,
    told,
    told_migration,
    told_operator,
)
from deploy.containers.pods import COMMON, PLACE, SETTINGS, confined, manifest, pod_of, resources_of
from deploy.local.processes import PROCESSES, ServiceProcess, module_of
from services.common.messages.registry import subscriptions_of

FOLDER = Path("deploy/kubernetes")
HEAD = "# Made by `python -m deploy.containers render`: change deploy/containers, not this file.\n"
# An event may be this old before another worker is started; people wait for signatures and messages.
OLDEST_EVENT_SECONDS = "15"
LEAST, MOST = 2, 8


@cache
def manifests() -> dict[str, str]:
    """Return every file: path from the repository's root -> text."""
    base: dict[str, list[Any]] = {f"{name_of(one)}.yaml": _workload(one) for one in PROCESSES}
    base["jobs.yaml"] = _jobs()
    base["operator.yaml"] = [_operator()]
    base["network.yaml"] = networking.policies()
    base["entry.yaml"] = _entry()
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(base),
        "labels": [{"pairs": {"app.kubernetes.io/part-of": "guohu"}, "includeSelectors": False}],
        # A changed value changes the map's name, and with it every pod that reads it.
        "configMapGenerator": [{"name": SETTINGS, "literals": [f"{k}={v}" for k, v in _settings().items()]}],
    }
    files = {name: HEAD + dump(*documents) for name, documents in base.items()}
    files["kustomization.yaml"] = HEAD + dump(kustomization)
    return {str(FOLDER / "base" / name): text for name, text in files.items()}


def _settings() -> dict[str, str]:
    """Return the common values of the first process that has all of them."""
    return {name: told(PLACE, PROCESSES[0]).plain[name] for name in COMMON}


def labels(service: str, role: str) -> dict[str, str]:
    """Return what selects the pods of one process kind."""
    return {"app.kubernetes.io/name": service, "app.kubernetes.io/component": role}


def _workload(process: ServiceProcess) -> list[Any]:
    return [_deployment(process), _disruption(process), _autoscaler(process)]


def _deployment(process: ServiceProcess) -> dict[str, Any]:
    name, chosen = name_of(process), labels(process.service, process.role)
    given = told(PLACE, process)
    pod = pod_of(name, image_of(process).name, given, ["python", "-m", module_of(process.service), process.role])
    container = pod["containers"][0]
    container["env"].append({"name": "GUOHU_SLOT", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})
    container |= {"ports": _ports(process), **_probes(), "resources": resources_of(name)}
    _give_own_settings(pod, process.service)
    if process.service == "gateway":
        # The balancer learns of the end a moment later than the process: until then it is still asked.
        container["lifecycle"] = {"preStop": {"exec": {"command": ["sleep", "5"]}}}
    if "GUOHU_PKI" in given.plain:
        _unpack_platform(pod, image_of(process).name)
    if name == "contract-worker":
        _allow_sandbox(pod)
    pod |= {"terminationGracePeriodSeconds": 25, "topologySpreadConstraints": [_spread(chosen)]}
    spec = {
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": chosen},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
        "template": {"metadata": {"labels": chosen | networking.reach(process)}, "spec": pod},
    }
    return manifest("apps/v1", "Deployment", name, chosen, spec)


def _ports(process: ServiceProcess) -> list[dict[str, Any]]:
    admin = [{"name": "admin", "containerPort": ADMIN_PORT}]
    return [{"name": "http", "containerPort": HTTP_PORT}, *admin] if process.service == "gateway" else admin


def _probes() -> dict[str, Any]:
    def ask(path: str, **more: int) -> dict[str, Any]:
        return {"httpGet": {"path": path, "port": "admin"}, "timeoutSeconds": 5, **more}

    return {
        # An engine loads its models first: two minutes before the process counts as dead.
        "startupProbe": ask("/healthz", periodSeconds=3, failureThreshold=40),
        "livenessProbe": ask("/healthz", periodSeconds=10, failureThreshold=6),
        "readinessProbe": ask("/readyz", periodSeconds=5, failureThreshold=2),
    }


def _spread(chosen: dict[str, str]) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": chosen},
    }


def _give_own_settings(pod: dict[str, Any], service: str) -> None:
    """Take what a deployment says besides, if it says anything: ConfigMap `<service>-settings`, Secret `<service>-providers`.

    The latter's keys are files below `/run/providers`, for settings such as `GUOHU_BANK_KEY_FILE`.
    """
    container = pod["containers"][0]
    container["envFrom"].append({"configMapRef": {"name": f"{service}-settings", "optional": True}})
    if service in networking.speaks_outside():
        given = {"secretName": f"{service}-providers", "optional": True, "defaultMode": 0o440}
        container["volumeMounts"].append({"name": "providers", "mountPath": "/run/providers", "readOnly": True})
        pod["volumes"].append({"name": "providers", "secret": given})


def _unpack_platform(pod: dict[str, Any], image: str) -> None:
    """Lay the keeper's archive (Secret `signing-pki`, key `pki.tar`) out in memory; nothing of it touches a disk."""
    unpack = {
        "name": "platform",
        "image": f"guohu/{image}",
        "command": ["python", "-m", "tarfile", "-e", "/run/platform/pki.tar", f"{KEPT}/pki"],
        "securityContext": confined(),
        "resources": {
            "requests": {"cpu": "50m", "memory": "64Mi"},
            "limits": {"cpu": "500m", "memory": "128Mi"},
        },
        "volumeMounts": [
            {"name": "platform", "mountPath": KEPT},
            {"name": "platform-archive", "mountPath": "/run/platform", "readOnly": True},
        ],
    }
    pod["initContainers"] = [unpack]
    pod["containers"][0]["volumeMounts"].append({"name": "platform", "mountPath": KEPT})
    archive = {"secretName": "signing-pki", "defaultMode": 0o440, "items": [{"key": "pki.tar", "path": "pki.tar"}]}
    pod["volumes"] += [
        {"name": "platform", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
        {"name": "platform-archive", "secret": archive},
    ]


def _allow_sandbox(pod: dict[str, Any]) -> None:
    """Let bubblewrap make its namespaces: they lie inside a user namespace of the pod's own (Kubernetes 1.33 and later).

    In production a document is never drawn outside that sandbox, so without these three the process refuses its work.
    """
    pod["hostUsers"] = False
    pod["containers"][0]["securityContext"] |= {
        "procMount": "Unmasked",
        "seccompProfile": {"type": "Unconfined"},
    }


def _disruption(process: ServiceProcess) -> dict[str, Any]:
    chosen = labels(process.service, process.role)
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": chosen}}
    return manifest("policy/v1", "PodDisruptionBudget", name_of(process), chosen, spec)


def _autoscaler(process: ServiceProcess) -> dict[str, Any]:
    """By the age of the oldest waiting event where events are heard, by CPU everywhere; slow to shrink."""
    name, chosen = name_of(process), labels(process.service, process.role)
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 75}}}
    age = {
        "type": "External",
        "external": {
            "metric": {
                "name": "guohu_inbox_oldest_seconds",
                "selector": {"matchLabels": {"service": process.service, "process": process.role}},
            },
            "target": {"type": "Value", "value": OLDEST_EVENT_SECONDS},
        },
    }
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicas": LEAST,
        "maxReplicas": MOST,
        "metrics": [age, cpu] if subscriptions_of(process.service, process.role) else [cpu],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 600}},
    }
    return manifest("autoscaling/v2", "HorizontalPodAutoscaler", name, chosen, spec)


def _jobs() -> list[Any]:
    declare = ["python", "-m", "services.common.kit.topology", "declare"]
    operator = next(one for one in all_images() if one.name == OPERATOR)
    jobs = [_job("topology", "operator", operator.name, told_operator(PLACE), declare, networking.BROKER)]
    for service in migrating():
        image, command = image_of_service(service).name, ["python", "-m", module_of(service), "migrate"]
        name = f"{service}-migrate"
        jobs.append(_job(name, name, image, told_migration(PLACE, service), command, networking.database(service)))
    return jobs


def _operator() -> dict[str, Any]:
    """The operators' command, for `kubectl exec`: nobody is there until somebody scales it to one, and it only waits."""
    name, chosen = OPERATOR, {"app.kubernetes.io/name": OPERATOR, "app.kubernetes.io/component": "desk"}
    pod = pod_of(name, name, told_operator(PLACE), ["sleep", "infinity"]) | {"terminationGracePeriodSeconds": 1}
    pod["containers"][0]["resources"] = resources_of(name)
    template = {"metadata": {"labels": chosen | networking.BROKER}, "spec": pod}
    spec = {"replicas": 0, "revisionHistoryLimit": 1, "selector": {"matchLabels": chosen}, "template": template}
    return manifest("apps/v1", "Deployment", name, chosen, spec)


def _job(name: str, secret: str, image: str, given: Told, command: list[str], reach: dict[str, str]) -> dict[str, Any]:
    chosen = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": "job"}
    pod = pod_of(secret, image, given, command) | {"restartPolicy": "Never"}
    pod["containers"][0]["resources"] = resources_of(name)
    template = {"metadata": {"labels": chosen | reach}, "spec": pod}
    spec = {"backoffLimit": 6, "activeDeadlineSeconds": 1800, "ttlSecondsAfterFinished": 86400, "template": template}
    return manifest("batch/v1", "Job", name, chosen, spec)


def _entry() -> list[Any]:
    chosen = labels("gateway", "serve")
    service = {"selector": chosen, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "gateway", "port": {"name": "http"}}}}
    ingress = {"rules": [{"host": "guohu.invalid", "http": {"paths": [path]}}]}
    return [
        manifest("v1", "Service", "gateway", chosen, service),
        manifest("networking.k8s.io/v1", "Ingress", "gateway", chosen, ingress),
    ]
