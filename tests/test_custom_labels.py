"""docs/custom-labels.md: every command of it, in order, on fewer receipts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytest.importorskip("torch", reason="needs the extra [train]")

RECEIPTS = 10
CUTS = {"--count 200": f"--count {RECEIPTS}"}
TRAINING = {"vocabulary": 2000, "max_length": 128, "batch_size": 4}


def _commands(text: str) -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def _tiny(text: str) -> str:
    """The training config of the page, for seconds instead of half an hour."""
    (block,) = re.findall(r"^`train.yaml`:\n\n```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    config = yaml.safe_load(block)
    for stage in config["stages"]:
        stage["epochs"] = 1
        if "drawn" in stage:
            stage["drawn"]["count"] = 4
    return yaml.safe_dump(config | TRAINING)


def _run(command: str, project: Path, folder: Path) -> str:
    for long, short in CUTS.items():
        command = command.replace(long, short)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(project),
    }
    command = re.sub(r"^receipts ", f"{sys.executable} -m pipeline.cli ", command)
    command = re.sub(r"^scripts/", f"{sys.executable} {project}/scripts/", command)
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_whole_way(tmp_path: Path, project: Path) -> None:
    page = (project / "docs" / "custom-labels.md").read_text(encoding="utf-8")
    (tmp_path / "train.yaml").write_text(_tiny(page), encoding="utf-8")
    shutil.copytree(project / "configs", tmp_path / "configs")
    commands = _commands(page)
    assert [command.split()[1] for command in commands if command.startswith("receipts")] == [
        *("data", "data", "data", "train", "evaluate", "extract")
    ]
    for command in commands:
        _run(command, project, tmp_path)
    export = json.loads((tmp_path / "export.json").read_text(encoding="utf-8"))
    assert len(export) == RECEIPTS
    labels = [
        label
        for task in export
        for result in task["annotations"][0]["result"]
        for label in result["value"].get("labels", ())
    ]
    assert "loyalty_number" in labels
    assert "loyalty_number" in (tmp_path / "tasks.xml").read_text(encoding="utf-8")
    assert "loyalty_number" in (tmp_path / "model" / "labels.yaml").read_text(encoding="utf-8")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    # With other receipts or another engine it may be that no merchant is held out: draw more.
    assert report["provenance"]["receipts"] >= 1
    assert "tags.strict.loyalty_number" in report["results"][0]["figures"]
    records = (tmp_path / "receipts.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(records) == RECEIPTS
    assert all(json.loads(record)["status"] in ("ok", "partial") for record in records)
