"""What messages say about installing an extra works for the installation that says it."""

import importlib.metadata
import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import pipeline
from pipeline import install, public_names
from pipeline.cli import app
from pipeline.errors import ConfigError
from pipeline.install import check_installed, how_to_install


def noted(monkeypatch, origin):
    text = None if origin is None else json.dumps(origin)
    monkeypatch.setattr(
        install, "distribution", lambda _: SimpleNamespace(read_text=lambda _: text)
    )


@pytest.mark.parametrize(
    ("info", "option"), [({}, ""), ({"editable": False}, ""), ({"editable": True}, "-e ")]
)
def test_from_a_clone(monkeypatch, tmp_path, info, option):
    clone = tmp_path / "my clone"
    clone.mkdir()
    noted(monkeypatch, {"url": clone.as_uri(), "dir_info": info})
    assert how_to_install("train") == f"pip install {option}'{clone}[train]'"


def test_from_a_clone_that_has_moved(monkeypatch, tmp_path):
    noted(monkeypatch, {"url": (tmp_path / "gone").as_uri(), "dir_info": {}})
    assert how_to_install("train") == "in a clone of the project, pip install '.[train]'"


def test_from_a_wheel_a_repository_and_an_unknown_place(monkeypatch, tmp_path):
    wheel = tmp_path / "receipt_pipeline-0.1.0-py3-none-any.whl"
    wheel.touch()
    noted(monkeypatch, {"url": wheel.as_uri(), "archive_info": {}})
    assert how_to_install("heic") == f"pip install '{wheel}[heic]'"
    origin = {"url": "https://example.org/r.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}
    noted(monkeypatch, origin)
    assert how_to_install("heic").endswith(
        "'receipt-pipeline[heic] @ git+https://example.org/r.git'"
    )
    noted(monkeypatch, None)
    monkeypatch.setattr(install, "_BESIDE", tmp_path)
    assert how_to_install("heic") == "in a clone of the project, pip install '.[heic]'"


def test_imported_from_a_clone_without_an_installation(monkeypatch, project):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(install, "distribution", missing)
    assert how_to_install("heic") == f"pip install '{project}[heic]'"


def test_pip_takes_the_command(monkeypatch, project):
    noted(monkeypatch, {"url": project.as_uri(), "dir_info": {}})
    command = shlex.split(how_to_install("heic").removeprefix("pip "))
    # Without an index and its dependencies, what remains is to read the clone's metadata.
    dry = ["--dry-run", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command, *dry], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_not_installed_is_named_with_the_command():
    check_installed("evaluate", "json")
    with pytest.raises(ConfigError, match=r"not installed: no_such_package; .*\[evaluate\]"):
        check_installed("evaluate", "json", "no_such_package")


def test_no_other_module_writes_a_command_for_an_extra(project):
    modules = set((project / "pipeline").rglob("*.py")) - {project / "pipeline" / "install.py"}
    command = re.compile(r"receipt-pipeline\[|install .{0,3}(receipt-pipeline|\.\[)")
    assert [path for path in modules if command.search(path.read_text("utf-8"))] == []


def test_pages_install_from_a_clone(project):
    pages = [*project.glob("*.md"), *(project / "docs").rglob("*.md"), *project.glob("scripts/*")]
    index = re.compile(r"install .?receipt-pipeline")
    texts = {page: page.read_text("utf-8") for page in pages if page.is_file()}
    assert [page for page, text in texts.items() if index.search(text)] == []


def test_the_version_of_a_clone_that_is_not_installed(monkeypatch, project):
    declared = pipeline.__version__

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert CliRunner().invoke(app, ["--version"]).output == f"receipts {declared}\n"
    assert pipeline.__version__ == declared
    monkeypatch.setattr(public_names, "__file__", "/nowhere/pipeline/public_names.py")
    done = CliRunner().invoke(app, ["--version"])
    assert done.exit_code == 0
    assert done.output == "receipts: no version is known: receipt-pipeline is not installed\n"
    assert not hasattr(pipeline, "__version__")


def test_the_wheel_carries_every_file_that_the_package_reads(project):
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["pipeline"]
    package = project / "pipeline"
    carried = {path for pattern in patterns for path in package.glob(pattern)}
    others = {path for path in package.rglob("*") if path.is_file() and path.suffix != ".py"}
    assert {path for path in others - carried if "__pycache__" not in path.parts} == set()
