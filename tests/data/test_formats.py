"""A wrong format is noticed early, and the one that fits is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pages import page_of

from pipeline.data.formats import FORMATS, MANY, checked_records, read
from pipeline.errors import DataError

WRITTEN = ("conll", "datasets", "jsonl", "label-studio")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same pages in every format that is written, in files whose names say nothing."""
    folder = tmp_path_factory.mktemp("written")
    pages = [
        replace(page_of("Shop/shop", f"Total {n}.50/total"), id=str(n), merchant=f"m{n}")
        for n in range(MANY + 2)
    ]
    files = {}
    for name in WRITTEN:
        suffix = FORMATS[name].suffix if name == "datasets" else ".data"
        files[name] = folder / f"{name}{suffix}"
        FORMATS[name].write(pages, files[name])
    return files


@pytest.mark.parametrize(
    ("name", "asked"),
    [(name, asked) for name in WRITTEN for asked in FORMATS if not asked.startswith(name)],
)
def test_the_format_that_fits_is_named(written, name, asked) -> None:
    with pytest.raises(DataError, match=rf"the data look like the format {name}$"):
        checked_records(asked, written[name])
    with pytest.raises(DataError, match=rf"the data look like the format {name}$"):
        list(read(asked, written[name]))


def test_records_that_all_fail_end_the_check_though_no_format_fits(tmp_path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text(f"{json.dumps({'id': 1})}\n" * MANY)
    with pytest.raises(DataError, match=r"the first 10 records cannot be read as jsonl$"):
        checked_records("jsonl", path)


def test_few_records_that_fail_are_left_to_be_reported(tmp_path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text(f"{json.dumps({'id': 1})}\n")
    (record,) = checked_records("jsonl", path)
    with pytest.raises(DataError, match="id: must be text"):
        record.parse()


def test_a_record_that_is_wrong_later_names_no_other_format(written, tmp_path) -> None:
    path = tmp_path / "pages.jsonl"
    lines = written["jsonl"].read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, "{}"]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        list(read("jsonl", path))
    assert "look like" not in str(caught.value)
    assert len(checked_records("jsonl", path)) == len(lines) + 1


def test_what_is_not_there_is_looked_for_nowhere_else(tmp_path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: No such file or directory$"):
        list(read("jsonl", tmp_path / "none.jsonl"))
