"""The import name ``receipt_pipeline``: the same names, also beside a user's ``pipeline``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
import receipt_pipeline

USERS = """
data = ["mine"]          # names of modules of this package too
errors = "my errors"

def clean(values):
    return [*values, *data]
"""
READ = """
print(Extractor.__module__, ConfigError.__module__, __version__)
"""
WORKER = """
if __name__ == "__main__":
    from receipt_pipeline import PipelineError
    from pipeline.batch.workers import WorkerPool
    from extraction_fakes import fake_extractor

    with WorkerPool(fake_extractor, 1) as pool:
        print(pool.engine, pool.model)
"""


@pytest.fixture(params=["as it is installed", "from copies in another folder"])
def environment(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> dict[str, str]:
    """For subprocesses: the package as these tests have it (editable, where scripts/test has
    installed it), and its two folders in one that stands after the script's on the path, as in
    ``site-packages``."""
    path = [str(project / "tests")]
    if "copies" in request.param:
        packages = tmp_path / "packages"
        packages.mkdir()
        for name in ("pipeline", "receipt_pipeline"):
            (packages / name).symlink_to(project / name, target_is_directory=True)
        path.insert(0, str(packages))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the user's script and ``pipeline`` are."""
    folder = tmp_path / "users"
    folder.mkdir()
    return folder


def run(folder: Path, environment: dict[str, str], code: str, name: str = "run.py") -> list[str]:
    """The lines that the script prints."""
    (folder / name).write_text(code)
    ran = subprocess.run(
        [sys.executable, name], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_it_gives_the_same_names() -> None:
    assert receipt_pipeline.__all__ == pipeline.__all__
    assert {*receipt_pipeline.__all__, "__version__"} < {*dir(receipt_pipeline)}
    for name in [*pipeline.__all__, "__version__"]:
        assert getattr(receipt_pipeline, name) == getattr(pipeline, name)
    with pytest.raises(AttributeError, match="'receipt_pipeline' has no attribute 'Extracter'"):
        receipt_pipeline.Extracter  # noqa: B018


def test_a_users_file_is_not_run(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pipeline.py").write_text("raise SystemExit('run')")
    code = "from receipt_pipeline import ConfigError, Extractor, __version__" + READ
    expected = f"pipeline.extractor pipeline.errors {pipeline.__version__}"
    assert run(folder, environment, code) == [expected]


@pytest.mark.parametrize("first", ["pipeline", "receipt_pipeline"])
def test_a_user_may_import_both(folder: Path, environment: dict[str, str], first: str) -> None:
    (folder / "pipeline.py").write_text(USERS)
    imports = ["import pipeline", "from receipt_pipeline import Extractor"]
    code = f"""
{chr(10).join(imports if first == "pipeline" else imports[::-1])}
from pipeline import clean, errors
from pipeline.labels import LabelSet

Extractor  # imports the modules pipeline.data and pipeline.errors
import pipeline.data.annotated
print(clean([1]), errors, pipeline.data, pipeline.__file__.endswith("users{os.sep}pipeline.py"))
"""
    assert run(folder, environment, code) == ["[1, 'mine'] my errors ['mine'] True"]


def test_what_a_users_file_raises_is_raised_where_it_is_used(
    folder: Path, environment: dict[str, str]
) -> None:
    (folder / "pipeline.py").write_text("import nowhere_to_be_found")
    code = """
from receipt_pipeline import Receipt
for _ in range(2):
    try:
        from pipeline import clean
    except ModuleNotFoundError as error:
        print(error.name, Receipt.__name__)
"""
    assert run(folder, environment, code) == ["nowhere_to_be_found Receipt"] * 2


def test_a_users_file_may_be_the_script_or_import_this_package(
    folder: Path, environment: dict[str, str]
) -> None:
    users = "from receipt_pipeline import ConfigError, Extractor, __version__" + READ
    expected = f"pipeline.extractor pipeline.errors {pipeline.__version__}"
    assert run(folder, environment, users, "pipeline.py") == [expected]
    assert run(folder, environment, "import pipeline") == [expected]


IMPORTS = ["import pipeline.steps.labels", "from receipt_pipeline import Extractor"]


@pytest.mark.parametrize("imports", [IMPORTS, IMPORTS[::-1]], ids=["first", "second"])
def test_a_users_package_keeps_its_modules(
    folder: Path, environment: dict[str, str], imports: list[str]
) -> None:
    (folder / "pipeline" / "steps").mkdir(parents=True)
    (folder / "pipeline" / "__init__.py").write_text("NAME = 'my package'")
    for name in ("__init__", "labels"):  # of which this package has one too, but not there
        (folder / "pipeline" / "steps" / f"{name}.py").write_text("STEP = 'a step'")
    code = f"""
{chr(10).join(imports)}
print(Extractor.__name__, pipeline.NAME, pipeline.steps.labels.STEP)
"""
    assert run(folder, environment, code) == ["Extractor my package a step"]


def test_a_folder_of_data_hides_nothing(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pipeline").mkdir()
    code = "from receipt_pipeline import ConfigError, Extractor, __version__" + READ
    expected = f"pipeline.extractor pipeline.errors {pipeline.__version__}"
    assert run(folder, environment, code) == [expected]


def test_a_users_module_of_the_same_name_is_refused(
    folder: Path, environment: dict[str, str]
) -> None:
    (folder / "pipeline").mkdir()
    for name in ("__init__", "config", "steps"):
        (folder / "pipeline" / f"{name}.py").touch()
    code = """
import pipeline.config, pipeline.steps
try:
    import receipt_pipeline
except ImportError as error:
    print(error)
"""
    (message,) = run(folder, environment, code)
    assert message.startswith("pipeline.config has been imported from ")
    assert "rename yours" in message


def test_workers_find_the_package(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pipeline.py").write_text("raise SystemExit('run')")
    assert run(folder, environment, WORKER) == ["fake fake-model"]


def test_workers_find_both(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pipeline.py").write_text(USERS)
    code = "from pipeline import clean\n" + WORKER + "    print(clean([]))"
    assert run(folder, environment, code) == ["fake fake-model", "['mine']"]


def test_the_command_line_beside_a_users_file(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pipeline.py").write_text("raise SystemExit('run')")
    code = "from receipt_pipeline.cli import app\napp(['engines'])"
    assert any("rapidocr" in line for line in run(folder, environment, code))


def test_the_internals_never_ask_the_shared_name_itself(project: Path) -> None:
    """``from pipeline import …`` would get the user's names."""
    asking = [
        path
        for path in (project / "pipeline").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(("from pipeline import", "import pipeline"))
    ]
    assert asking == []
