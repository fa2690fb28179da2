"""The manifests mean what they say: selectors meet labels, ports meet ports, names meet names, and nobody reaches too far."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from deploy.containers import kubernetes, pods
from deploy.containers.compose import name_of
from deploy.containers.images import OPERATOR
from deploy.containers.networking import LABEL, SERVES, speaks_outside
from deploy.containers.observation import declared
from deploy.containers.plan import HELD, migrating, told
from deploy.containers.secrets import ContainerSecrets, Servers, as_kubernetes
from deploy.local.layout import REPOSITORY
from deploy.local.processes import PROCESSES
from services.common.messages import registry

OBJECTS = [
    one
    for name, text in kubernetes.manifests().items()
    if not name.endswith("kustomization.yaml")
    for one in yaml.safe_load_all(text)
]


def of(kind: str) -> dict[str, Any]:
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


JOBS, POLICIES = of("Job"), of("NetworkPolicy")
DEPLOYMENTS = {name: one for name, one in of("Deployment").items() if name != OPERATOR}
WORKLOADS = {**of("Deployment"), **JOBS}


def pod(name: str) -> Any:
    return WORKLOADS[name]["spec"]["template"]


def labels_of(name: str) -> dict[str, str]:
    return dict(pod(name)["metadata"]["labels"])


def chosen_by(selector: dict[str, str]) -> set[str]:
    return {name for name in WORKLOADS if selector.items() <= labels_of(name).items()}


def containers(name: str) -> list[Any]:
    spec = pod(name)["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def test_every_process_and_every_job_is_there() -> None:
    assert set(DEPLOYMENTS) == {name_of(one) for one in PROCESSES}
    assert set(JOBS) == {"topology", *(f"{one}-migrate" for one in migrating())}


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_selectors_choose_the_own_pods_and_no_others(name: str) -> None:
    for kind in ("Deployment", "PodDisruptionBudget"):
        selector = of(kind)[name]["spec"]["selector"]["matchLabels"]
        assert chosen_by(selector) == {name}, kind
    target = of("HorizontalPodAutoscaler")[name]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", name)
    (spread,) = pod(name)["spec"]["topologySpreadConstraints"]
    assert chosen_by(spread["labelSelector"]["matchLabels"]) == {name}


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_pods_are_confined(name: str) -> None:
    spec = pod(name)["spec"]

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for one in containers(name):
        own = one["securityContext"]
        assert own["readOnlyRootFilesystem"] is True
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert {"requests", "limits"} <= set(one["resources"])
        if name != "contract-worker":
            assert "seccompProfile" not in own
            assert "procMount" not in own


def test_drawing_alone_may_make_namespaces_and_only_inside_one_of_its_own() -> None:
    spec = pod("contract-worker")["spec"]

    assert spec["hostUsers"] is False
    assert spec["containers"][0]["securityContext"]["procMount"] == "Unmasked"
    assert {name for name in WORKLOADS if "hostUsers" in pod(name)["spec"]} == {"contract-worker"}


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_probes_ask_the_admin_port_that_the_process_listens_on(name: str) -> None:
    (one,) = pod(name)["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in one["ports"]}
    said = {variable["name"]: variable.get("value") for variable in one["env"]}

    assert str(ports["admin"]) == said["GUOHU_ADMIN_PORT"]
    assert said["GUOHU_ADMIN_HOST"] == "0.0.0.0"
    paths = [one[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert [path["path"] for path in paths] == ["/healthz", "/healthz", "/readyz"]
    assert {path["port"] for path in paths} == {"admin"}


def test_entry_leads_to_the_gateways_port() -> None:
    (service,), (ingress,) = of("Service").values(), of("Ingress").values()
    (one,) = pod("gateway-serve")["spec"]["containers"]
    said = {variable["name"]: variable.get("value") for variable in one["env"]}
    ports = {port["name"]: str(port["containerPort"]) for port in one["ports"]}

    assert chosen_by(service["spec"]["selector"]) == {"gateway-serve"}
    assert ports[service["spec"]["ports"][0]["targetPort"]] == said["GUOHU_HTTP_PORT"]
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_variable_is_said_once_by_the_pod_or_by_the_map(name: str) -> None:
    process = next(one for one in PROCESSES if name_of(one) == name)
    (one,) = pod(name)["spec"]["containers"]
    own = [variable["name"] for variable in one["env"]]
    source, besides = one["envFrom"]
    kustomization = yaml.safe_load(kubernetes.manifests()["deploy/kubernetes/base/kustomization.yaml"])
    (generated,) = kustomization["configMapGenerator"]
    common = {literal.split("=")[0] for literal in generated["literals"]}

    assert source["configMapRef"]["name"] == generated["name"]
    assert besides["configMapRef"] == {"name": f"{process.service}-settings", "optional": True}
    assert len(own) == len(set(own))
    assert set(told(pods.PLACE, process).variables) <= set(own) | common
    assert common.isdisjoint(own)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = ContainerSecrets(tmp_path_factory.mktemp("master"), Servers("db:5432", "mq:5672"))
    made.create_missing()
    return {one["metadata"]["name"]: one for one in json.loads(as_kubernetes(made, pods.PLACE, "x"))["items"]}


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_every_file_a_pod_is_told_of_is_mounted_from_a_secret_that_holds_it(name: str, secrets: dict[str, Any]) -> None:
    spec = pod(name)["spec"]
    (volume,) = [one["secret"] for one in spec["volumes"] if one["name"] == "secrets"]

    held = secrets[volume["secretName"]]["stringData"]
    paths = {item["path"] for item in volume["items"]}
    assert {item["key"] for item in volume["items"]} <= set(held)
    assert all(re.fullmatch(r"[-._a-zA-Z0-9]+", key) for key in held)
    for variable in spec["containers"][0]["env"]:
        value = str(variable.get("value", ""))
        if value.startswith(f"{HELD}/"):
            relative = value.removeprefix(f"{HELD}/")
            assert relative in paths or any(path.startswith(f"{relative}/") for path in paths), variable


def test_mounts_name_volumes_that_are_there() -> None:
    for name in WORKLOADS:
        volumes = {one["name"] for one in pod(name)["spec"]["volumes"]}
        assert {mount["name"] for one in containers(name) for mount in one["volumeMounts"]} <= volumes


def test_keys_of_partners_are_mounted_where_partners_are_spoken_to() -> None:
    for process in PROCESSES:
        volumes = {one["name"]: one for one in pod(name_of(process))["spec"]["volumes"]}
        assert ("providers" in volumes) == (process.service in speaks_outside())
        if "providers" in volumes:
            assert volumes["providers"]["secret"]["secretName"] == f"{process.service}-providers"


def test_each_replica_has_leases_of_its_own() -> None:
    for name in DEPLOYMENTS:
        (slot,) = [one for one in pod(name)["spec"]["containers"][0]["env"] if one["name"] == "GUOHU_SLOT"]
        assert slot["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_whoever_hears_events_is_scaled_by_their_age() -> None:
    hearing = {f"{one.service}-{one.process}" for one in registry.SUBSCRIPTIONS} & set(DEPLOYMENTS)
    by_age = {
        name: metric["external"]["metric"]["selector"]["matchLabels"]
        for name, one in of("HorizontalPodAutoscaler").items()
        for metric in one["spec"]["metrics"]
        if metric["type"] == "External"
    }

    assert set(by_age) == hearing
    assert all(f"{chosen['service']}-{chosen['process']}" == name for name, chosen in by_age.items())


def allowed(name: str, direction: str) -> list[Any]:
    """Every rule that lets this workload out or others in."""
    rules: list[Any] = []
    for one in POLICIES.values():
        spec = one["spec"]
        if name in chosen_by(spec["podSelector"].get("matchLabels", {})):
            rules += spec.get(direction, [])
    return rules


def test_without_a_rule_nobody_reaches_anybody() -> None:
    spec = POLICIES["nobody-reaches-anybody"]["spec"]

    assert spec["podSelector"] == {}
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in spec
    assert "egress" not in spec


def test_only_the_gateway_is_reached_from_outside() -> None:
    for name in WORKLOADS:
        ports = {port["port"] for rule in allowed(name, "ingress") for port in rule["ports"]}
        assert ports == ({8080, 9100} if name == "gateway-serve" else {9100}), name


def servers(name: str) -> set[tuple[str, str]]:
    """Which labelled servers a workload reaches."""
    return {
        (key.removeprefix(f"{SERVES}/"), value)
        for rule in allowed(name, "egress")
        for peer in rule["to"]
        for key, value in peer.get("podSelector", {}).get("matchLabels", {}).items()
    }


@pytest.mark.parametrize("process", PROCESSES, ids=lambda one: one.name)
def test_process_reaches_the_broker_the_store_and_its_own_database_alone(process: Any) -> None:
    own = {("database", process.service)} if process.service in migrating() else set()

    assert servers(name_of(process)) == {("broker", "yes"), ("store", "yes")} | own


def test_operators_command_waits_for_a_person_and_reaches_the_broker_alone() -> None:
    assert of("Deployment")[OPERATOR]["spec"]["replicas"] == 0
    assert pod(OPERATOR)["spec"]["containers"][0]["command"] == ["sleep", "infinity"]
    assert servers(OPERATOR) == {("broker", "yes")}
    assert chosen_by(of("Deployment")[OPERATOR]["spec"]["selector"]["matchLabels"]) == {OPERATOR}


def test_jobs_reach_what_they_prepare_alone() -> None:
    assert servers("topology") == {("broker", "yes")}
    for service in migrating():
        assert servers(f"{service}-migrate") == {("database", service)}


def test_no_service_is_reached_by_another() -> None:
    """What they say to each other goes through the broker: no rule leads to a pod of ours."""
    for one in POLICIES.values():
        for rule in one["spec"].get("egress", []):
            for peer in rule["to"]:
                selector = peer.get("podSelector", {}).get("matchLabels", {})
                assert all(key.startswith(SERVES) for key in selector)


def test_only_services_with_an_adapter_that_asks_over_http_reach_the_internet() -> None:
    outside = {name for name in WORKLOADS if f"{LABEL}/outside" in labels_of(name)}

    assert outside == {name_of(one) for one in PROCESSES if one.service in speaks_outside()}
    (rule,) = POLICIES["outside"]["spec"]["egress"]
    assert [port["port"] for port in rule["ports"]] == [443]
    assert "10.0.0.0/8" in rule["to"][0]["ipBlock"]["except"]


def test_no_secret_stands_in_a_manifest() -> None:
    """Secrets are referred to by name; a variable that is one is told as a file."""
    assert of("Secret") == {}
    for name in WORKLOADS:
        for one in containers(name):
            for variable in one.get("env", []):
                if re.search("KEY|SECRET|PASSWORD|PASSPHRASE|DATABASE_URL|AMQP_URL|OWNER_URL", variable["name"]):
                    assert str(variable["value"]).startswith(f"{HELD}/"), (name, variable["name"])


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_one_pod_may_always_be_taken_away_and_never_all(name: str) -> None:
    scaler, budget = of("HorizontalPodAutoscaler")[name]["spec"], of("PodDisruptionBudget")[name]["spec"]

    assert scaler["minReplicas"] > budget["maxUnavailable"] == 1
    assert DEPLOYMENTS[name]["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert "replicas" not in DEPLOYMENTS[name]["spec"], "the autoscaler's alone"


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_requests_are_within_limits_and_what_is_scaled_by_cpu_asks_for_some(name: str) -> None:
    for one in containers(name):
        asked, most = one["resources"]["requests"], one["resources"]["limits"]
        assert set(asked) == set(most) == {"cpu", "memory"}
        assert quantity(asked["cpu"]) <= quantity(most["cpu"])
        assert quantity(asked["memory"]) <= quantity(most["memory"])


def quantity(text: str) -> float:
    number, unit = re.fullmatch(r"([0-9.]+)(m|Mi|Gi|)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"m": 0.001, "Mi": 2**20, "Gi": 2**30, "": 1}[unit]


def test_metric_of_scaling_is_one_that_the_code_declares_and_the_adapter_serves() -> None:
    adapter = yaml.safe_load((REPOSITORY / "deploy/prometheus/adapter.yaml").read_text())
    served = {one["name"]["as"]: one["seriesQuery"] for one in adapter["externalRules"]}
    asked = {
        metric["external"]["metric"]["name"]
        for one in of("HorizontalPodAutoscaler").values()
        for metric in one["spec"]["metrics"]
        if metric["type"] == "External"
    }

    assert asked == set(served)
    assert set(served.values()) <= set(declared())


def test_every_label_that_a_policy_chooses_is_worn_by_somebody() -> None:
    """And the other way round: a label that no policy reads would promise a way that is not there."""
    chosen = {
        pair
        for one in POLICIES.values()
        for pair in one["spec"]["podSelector"].get("matchLabels", {}).items()
        if pair[0].startswith(LABEL)
    }
    worn = {pair for name in WORKLOADS for pair in labels_of(name).items() if pair[0].startswith(LABEL)}

    assert chosen == worn


def test_every_handler_of_the_registry_runs_in_a_workload_that_reaches_the_broker() -> None:
    for one in registry.SUBSCRIPTIONS:
        assert ("broker", "yes") in servers(f"{one.service}-{one.process}")
