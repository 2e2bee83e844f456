"""What the Python examples print, and under which name they import the package."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from doc_pages import PAGES, blocks, text_of
from PIL import Image

from receipt_pipeline import Extractor

# An example and, below it, what it prints.
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```\n+(?:prints\n+)?```text\n(.*?)^```",
    text_of("docs/python.md"),
    re.M | re.S,
)


def test_every_example_of_the_page_shows_what_it_prints() -> None:
    assert [example for example, _ in EXAMPLES] == blocks("docs/python.md", "python")


@pytest.mark.parametrize(("example", "output"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_prints_what_the_page_says(
    example: str, output: str, project: Path, tmp_path: Path
) -> None:
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], cwd=project, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == output


def test_the_engine_of_the_page_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (module,) = blocks("docs/python.md", "py")
    (project_file,) = blocks("docs/python.md", "toml")
    ((group, engines),) = tomllib.loads(project_file)["project"]["entry-points"].items()
    (tmp_path / "my_ocr.py").write_text(module, encoding="utf-8")
    installed = tmp_path / "my_ocr-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: my-ocr\nVersion: 1\n", encoding="utf-8")
    entries = "\n".join(f"{name} = {place}" for name, place in engines.items())
    (installed / "entry_points.txt").write_text(f"[{group}]\n{entries}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    (receipt,) = Extractor(engine="my-ocr", model="rules").extract(Image.new("RGB", (120, 40)))
    assert receipt.engine == "my-ocr"
    assert receipt.total is not None
    assert receipt.total.value == Decimal("9.50")


def test_readme_prints_a_value_and_plain_json(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    (example,) = blocks("README.md", "python")
    exec(compile(example, "README.md", "exec"), {"__name__": "example"})
    total, items = capsys.readouterr().out.splitlines()
    assert total.startswith("1288849.00 0.9")
    assert "'value': 520000.0" in items and "Decimal" not in items


def test_they_import_the_name_that_no_users_file_hides() -> None:
    code = "\n".join(example for page in PAGES for example in blocks(page, "python"))
    assert "from receipt_pipeline import" in code
    assert not re.search(r"^\s*(from|import) pipeline\b", code, re.M)
