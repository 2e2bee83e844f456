"""What the Python examples print, and under which name they import the package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def examples(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def test_readme_prints_a_value_and_plain_json(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    (example,) = examples(project / "README.md")
    exec(compile(example, "README.md", "exec"), {"__name__": "example"})
    total, items = capsys.readouterr().out.splitlines()
    assert total.startswith("1288849.00 0.9")
    assert "'value': 520000.0" in items and "Decimal" not in items


def test_they_import_the_name_that_no_users_file_hides(project: Path) -> None:
    pages = [project / "README.md", *(project / "docs").glob("*.md")]
    code = "\n".join(example for page in pages for example in examples(page))
    assert "from receipt_pipeline import" in code
    assert not re.search(r"^\s*(from|import) pipeline\b", code, re.M)
