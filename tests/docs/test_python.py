"""The Python in README and docs runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = ("README.md", "docs/shapes.md")


def snippets(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture
def user_folder(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the files that the snippets name."""
    (tmp_path / "data").symlink_to(project / "data")
    sample = project / "data" / "samples" / "restaurant-id.jpg"
    (tmp_path / "receipt.jpg").write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("user_folder")
def test_the_snippets_run(project: Path, page: str) -> None:
    found = snippets(project / page)
    assert found
    names: dict[str, object] = {"__name__": "snippet"}
    for snippet in found:  # in one session, as they are read
        exec(compile(snippet, page, "exec"), names)


@pytest.mark.usefixtures("user_folder")
def test_readme_prints_a_value_and_plain_json(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (snippet,) = snippets(project / "README.md")
    exec(compile(snippet, "README.md", "exec"), {"__name__": "snippet"})
    total, items = capsys.readouterr().out.splitlines()
    assert total.startswith("1288849.00 0.9")
    assert "'value': 520000.0" in items and "Decimal" not in items


def test_pages_import_the_name_that_no_users_file_hides(project: Path) -> None:
    pages = [project / "README.md", *(project / "docs").glob("*.md")]
    code = "\n".join(snippet for page in pages for snippet in snippets(page))
    assert "from receipt_pipeline import" in code
    assert not re.search(r"^\s*(from|import) pipeline\b", code, re.M)
