"""What `kubectl kustomize` makes of the base and of the production overlay, against the API's own schemas and against each other."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.containers import overlay
from deploy.containers.images import all_images
from deploy.containers.plan import migrating
from deploy.local.layout import REPOSITORY

VALIDATORS = (REPOSITORY / "var/venv-containers/bin/kubernetes-validate", Path("kubernetes-validate"))
OLDEST, NEWEST = "1.33", "1.37"
"""The drawing sandbox needs user namespaces, which are on by default from 1.33."""


@pytest.fixture(scope="module", params=["base", "production"])
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        reason = "kubectl is not installed: the manifests are read but not rendered"
        print(reason)
        pytest.skip(reason)
    folder = REPOSITORY / "deploy/kubernetes" / request.param
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    file = tmp_path_factory.mktemp("rendered") / f"{request.param}.yaml"
    file.write_text(done.stdout)
    return file


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_rendered_manifests_are_what_the_api_takes_strictly(rendered: Path, version: str) -> None:
    program = next((found for one in VALIDATORS if (found := shutil.which(str(one)))), None)
    if program is None:
        reason = "kubernetes-validate is not installed: run deploy/containers/check.sh"
        print(reason)
        pytest.skip(reason)

    done = subprocess.run(
        [program, "--strict", "-k", version, str(rendered)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_rendered_pods_read_the_map_that_was_rendered_with_them(rendered: Path) -> None:
    objects = list(yaml.safe_load_all(rendered.read_text()))
    (settings,) = [one for one in objects if one["kind"] == "ConfigMap"]
    pods = [one["spec"]["template"]["spec"] for one in objects if one["kind"] in {"Deployment", "Job"}]

    for one in pods:
        assert one["containers"][0]["envFrom"][0] == {"configMapRef": {"name": settings["metadata"]["name"]}}
    assert settings["data"]["GUOHU_ENV"] == "production"


def test_production_names_every_image_in_its_registry_and_its_namespace_everywhere(rendered: Path) -> None:
    if rendered.stem != "production":
        pytest.skip("the base leaves both open")
    objects = list(yaml.safe_load_all(rendered.read_text()))
    images = {
        container["image"]
        for one in objects
        if one["kind"] in {"Deployment", "Job"}
        for kind in ("containers", "initContainers")
        for container in one["spec"]["template"]["spec"].get(kind, [])
    }

    assert {one.split("/")[-1].split(":")[0] for one in images} == {one.name for one in all_images()}
    assert all(one.startswith("registry.invalid/guohu/") for one in images)
    tags = {one.rpartition(":")[2] for one in images}
    assert all(tag[:1].isdigit() for tag in tags), "a tag is a release, never `latest` or nothing"
    assert {one["metadata"].get("namespace") for one in objects if one["kind"] != "Namespace"} == {overlay.NAMESPACE}


def test_production_leaves_no_server_inside_the_cluster_unpatched(rendered: Path) -> None:
    if rendered.stem != "production":
        pytest.skip("the base finds servers by label")
    policies = {
        one["metadata"]["name"]: one
        for one in yaml.safe_load_all(rendered.read_text())
        if one["kind"] == "NetworkPolicy"
    }

    for name in ("broker", "store", *(f"{one}-database" for one in migrating())):
        (rule,) = policies[name]["spec"]["egress"]
        assert rule["to"][0]["ipBlock"]["cidr"].endswith("/32"), name
