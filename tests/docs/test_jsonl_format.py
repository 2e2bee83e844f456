"""docs/data-formats.md lists the keys of the ``jsonl`` format, and its example can be read."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.data.formats import read
from pipeline.data.jsonl import PageEntry, TokenEntry, entry_of_page


@pytest.fixture(scope="module")
def section(project):
    page = (project / "docs" / "data-formats.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^## jsonl\n(.*?)^## ", page, re.M | re.S)
    return found


def test_every_key_is_listed_with_its_default(section):
    tables = section.split("Each token:")
    for text, model in zip(tables, (PageEntry, TokenEntry), strict=True):
        rows = re.findall(r"^\| `(\w+)` \| .* \| (.*?) ?\|$", text, re.M)
        defaults = {key: json.loads(cell.strip("`")) if cell else ... for key, cell in rows}
        assert defaults == {
            key: ... if field.is_required() else _plain(field.default)
            for key, field in model.model_fields.items()
        }


def _plain(value: object) -> object:
    return json.loads(json.dumps(value))


def test_the_example_is_read_and_has_every_key(section, tmp_path):
    (block,) = re.findall(r"^```json\n(.*?)^```", section, re.M | re.S)
    example = json.loads(block)
    assert set(example) == set(PageEntry.model_fields)
    assert all(set(token) == set(TokenEntry.model_fields) for token in example["tokens"])
    file = tmp_path / "pages.jsonl"
    file.write_text(json.dumps(example) + "\n", encoding="utf-8")
    (page,) = read("jsonl", file)
    assert entry_of_page(page, tmp_path).model_dump(mode="json") == example
