"""A plain folder of models needs no extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIFE = """
import sys
for name in ("mlflow", "scipy", "seqeval", "sqlalchemy", "torch", "transformers", "zss"):
    sys.modules[name] = None  # an import fails
from typer.testing import CliRunner
from pipeline.cli import app

def models(*words):
    done = CliRunner().invoke(app, ["models", *words, "--models", sys.argv[1]])
    print(done.output, end="")
    return int(done.exit_code)

print([
    models("register", "receipts-base", "--name", "mine"),
    models("promote", "mine/1", "--force", "the first"),
    models("rollback"),
    models("list"),
    models("compare", "mine/1", "--reviews", "reviews.jsonl"),
    models("list", "--registry", "mlflow"),
])
"""


def test_models_are_registered_promoted_and_taken_back(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIFE, str(tmp_path / "models")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[0, 0, 0, 0, 2, 2]"
    assert "not installed: scipy" in done.stdout
    assert "a registry of MLflow: " in done.stdout
