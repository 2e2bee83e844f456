"""What runs the service in containers is valid, and says what the service understands."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from pipeline.cli import app
from pipeline.service.metrics import Metrics
from pipeline.service.models import ModelState
from pipeline.service.settings import load_settings

VERSIONS = ("1.30", "1.34")
CLI = typer.main.get_command(app)


@pytest.fixture
def deploy(project: Path) -> Path:
    return project / "deploy"


def objects(folder: Path) -> list[dict[str, Any]]:
    """The Kubernetes objects of a folder."""
    named = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    assert sorted([*named, "kustomization.yaml"]) == sorted(one.name for one in folder.iterdir())
    return [one for name in named for one in yaml.safe_load_all((folder / name).read_text())]


def of_kind(folder: Path, kind: str) -> dict[str, Any]:
    (found,) = [one for one in objects(folder) if one["kind"] == kind]
    return found


def instructions(containerfile: Path) -> dict[str, str]:
    """The last instruction of each name."""
    lines = containerfile.read_text().replace("\\\n", " ").splitlines()
    pairs = [line.split(None, 1) for line in lines if line and line[0] not in "# "]
    return dict(pairs)


def accepts(arguments: list[str]) -> None:
    """The command line is one of `receipts`."""
    command = CLI
    while isinstance(command, TyperGroup):
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(command.name, arguments)


@pytest.mark.parametrize("version", VERSIONS)
def test_manifests_are_valid(deploy, version):
    first_key = yaml.safe_load((deploy / "first-key.yaml").read_text())
    for one in [*objects(deploy / "kubernetes"), first_key]:
        kubernetes_validate.validate(one, version, strict=True)


def test_wrong_manifests_would_be_found(deploy):
    deployment = of_kind(deploy / "kubernetes", "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)


def test_names_in_the_manifests_fit(deploy):
    folder = deploy / "kubernetes"
    deployment = of_kind(folder, "Deployment")
    template = deployment["spec"]["template"]
    labels = template["metadata"]["labels"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        of_kind(folder, "Service")["spec"]["selector"],
        of_kind(folder, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
    ]
    assert all(selector.items() <= labels.items() for selector in selectors)
    settings, files, _ = template["spec"]["volumes"]
    config = of_kind(folder, "ConfigMap")
    assert settings["configMap"]["name"] == config["metadata"]["name"]
    claim = of_kind(folder, "PersistentVolumeClaim")["metadata"]["name"]
    assert files["persistentVolumeClaim"]["claimName"] == claim
    (container,) = template["spec"]["containers"]
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {one["name"] for one in template["spec"]["volumes"]}
    scaler = of_kind(folder, "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == deployment["metadata"]["name"]


def test_the_autoscaler_uses_a_metric_of_the_service(deploy):
    scaler = of_kind(deploy / "kubernetes", "HorizontalPodAutoscaler")["spec"]
    metric = scaler["metrics"][0]["external"]["metric"]
    (state,) = metric["selector"]["matchLabels"].values()
    text = Metrics(lambda: {"queued": 3}, lambda: ModelState("m", "m")).text().decode()
    assert f'{metric["name"]}{{state="{state}"}} 3.0' in text


def test_containers_have_no_rights(deploy):
    pod = of_kind(deploy / "kubernetes", "Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    user = instructions(deploy / "Containerfile")["USER"]
    assert user == f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    service = yaml.safe_load((deploy / "compose.yaml").read_text())["services"]["service"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    probes = [container[f"{name}Probe"]["httpGet"]["path"] for name in ("readiness", "liveness")]
    assert probes == ["/readyz", "/healthz"]
    assert "/healthz" in instructions(deploy / "Containerfile")["HEALTHCHECK"]


def test_commands_and_settings_are_those_of_the_service(deploy, tmp_path):
    stated = instructions(deploy / "Containerfile")
    assert json.loads(stated["ENTRYPOINT"]) == ["receipts"]
    accepts(json.loads(stated["CMD"]))
    compose = deploy / "compose.yaml"
    accepts(yaml.safe_load(compose.read_text())["services"]["service"]["command"])
    first_key = yaml.safe_load((deploy / "first-key.yaml").read_text())
    for one in (of_kind(deploy / "kubernetes", "Deployment"), first_key):
        (container,) = one["spec"]["template"]["spec"]["containers"]
        accepts(container["args"])
    settings = tmp_path / "service.yaml"
    settings.write_text(of_kind(deploy / "kubernetes", "ConfigMap")["data"]["service.yaml"])
    for path in (settings, deploy / "service.yaml"):
        assert load_settings(path, {}).host == "0.0.0.0"


def test_the_image_has_all_that_it_copies(deploy, project):
    """The list of what the build sees leaves out everything else."""
    seen = (deploy / "Containerfile.dockerignore").read_text().splitlines()
    copied = [
        name
        for line in (deploy / "Containerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in shlex.split(line)[1:-1]
    ]
    assert copied
    for name in copied:
        assert (project / name).exists()
        assert f"!{name}" in seen


def test_kubectl_puts_the_manifests_together(deploy):
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    command = ["kubectl", "kustomize", str(deploy / "kubernetes")]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert len(list(yaml.safe_load_all(made))) == len(objects(deploy / "kubernetes"))
