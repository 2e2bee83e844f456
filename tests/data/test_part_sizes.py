"""Parts too small to mean anything decide nothing, and the log says so."""

import json

import pytest

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.part_sizes import (
    PartSize,
    model_selection_sources,
    part_size_warnings,
    size_of,
    without_small_development,
)
from pipeline.data.parts import PARTS_FILE, Part, parts_by_merchant, write_parts
from pipeline.document import Page
from pipeline.tagging.load import model_folder


def receipts(count, merchants, source="mine"):
    """So many receipts, in turn of so many merchants."""
    names = [f"{source} {'abcdefghijklmnopqrstuvwxyz'[n] * 9}" for n in range(merchants)]
    return [
        AnnotatedPage(
            str(n), source, Page(9, 9, ()), (), frozenset(), merchant=names[n % merchants]
        )
        for n in range(count)
    ]


def test_a_size_counts_receipts_and_merchants():
    assert str(size_of(receipts(12, 4))) == "12 receipts of 4 merchants"
    assert str(PartSize(1, 1)) == "1 receipt of 1 merchant"
    assert not PartSize(12, 4).reaches(PartSize(10, 5))
    assert PartSize(10, 5).reaches(PartSize(10, 5))


@pytest.mark.parametrize(
    ("count", "merchants", "kept"), [(1, 1, False), (40, 4, False), (9, 9, False), (10, 5, True)]
)
def test_a_development_part_is_large_enough_or_is_none(count, merchants, kept):
    development = receipts(count, merchants)
    everyone = [*receipts(60, 20), *development]
    parts = [Part.TRAIN] * 50 + [Part.HELD_OUT] * 10 + [Part.DEVELOPMENT] * len(development)
    used = without_small_development(everyone, parts)
    assert (used == parts) is kept
    assert used.count(Part.HELD_OUT) == 10
    assert used.count(Part.DEVELOPMENT) == (len(development) if kept else 0)


def test_a_source_of_few_receipts_chooses_nothing_beside_a_large_one():
    development = [*receipts(30, 10, "large"), *receipts(2, 2, "small")]
    assert model_selection_sources(development) == {"large"}
    (warning,) = part_size_warnings(
        [*development, *receipts(20, 10)], [Part.DEVELOPMENT] * 32 + [Part.HELD_OUT] * 20
    )
    assert warning.startswith("development part of small: 2 receipts of 2 merchants, too few")


def test_small_parts_are_named_with_their_sizes():
    everyone = receipts(60, 20)
    parts = [Part.TRAIN] * 57 + [Part.DEVELOPMENT] + [Part.HELD_OUT] * 2
    development, held_out = part_size_warnings(everyone, parts)
    assert "1 receipt of 1 merchant" in development
    assert "keeps the last" in development
    assert "2 receipts of 2 merchants" in held_out


def test_without_receipts_there_is_nothing_to_warn_of():
    assert list(part_size_warnings([], [])) == []


def test_the_shipped_models_parts_are_those_of_today(shared_datasets, tmp_path):
    pages = [
        *read("sroie", shared_datasets / "sroie" / "train"),
        *read("wildreceipt", shared_datasets / "wildreceipt" / "train.txt"),
        *read("cord", shared_datasets / "cord" / "validation.jsonl"),
    ]
    parts = without_small_development(pages, parts_by_merchant(pages))
    write_parts(tmp_path / PARTS_FILE, pages, parts)
    today, shipped = (
        json.loads((folder / PARTS_FILE).read_text(encoding="utf-8"))
        for folder in (tmp_path, model_folder("receipts-base"))
    )
    assert today.items() <= shipped.items()  # the printed receipts have parts as well
    assert list(part_size_warnings(pages, parts)) == []
