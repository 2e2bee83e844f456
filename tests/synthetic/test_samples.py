"""The samples in data/samples are those that the code draws."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.data.formats import read
from pipeline.documents.load import load_page
from pipeline.rotation import turned
from pipeline.synthetic.generate import KINDS, LOCALES
from pipeline.synthetic.samples import ANNOTATIONS, SAMPLES, receipt_of, write_samples

MAX_BYTES = 4_000_000


@pytest.fixture(scope="module")
def samples(project: Path) -> Path:
    return project / "data" / "samples"


def test_most_kinds_and_countries_are_shown() -> None:
    assert len({sample.kind for sample in SAMPLES} & set(KINDS)) >= 12
    assert len({sample.locale for sample in SAMPLES} & set(LOCALES)) >= 12
    assert {sample.quarter_turns for sample in SAMPLES} >= {0, 1, 2}


def test_the_folder_holds_the_samples_and_is_small(samples: Path) -> None:
    pictures = {path.name for path in samples.iterdir() if path.suffix in (".jpg", ".png", ".pdf")}
    assert pictures == {sample.file for sample in SAMPLES}
    assert sum(path.stat().st_size for path in samples.rglob("*") if path.is_file()) < MAX_BYTES


def test_the_truth_beside_them_is_what_the_code_draws(samples: Path) -> None:
    pages = list(read("jsonl", samples / ANNOTATIONS))
    assert len(pages) == len(SAMPLES)
    truths = {}
    for path in (samples / "truth").glob("*.json"):
        truth = json.loads(path.read_text(encoding="utf-8"))
        truths[truth["file"], truth["page"]] = truth
    assert len(truths) == len(SAMPLES)
    for number, (page, sample) in enumerate(zip(pages, SAMPLES, strict=True)):
        drawn = receipt_of(sample)
        before = [earlier.file for earlier in SAMPLES[:number]].count(sample.file)
        truth = truths[sample.file, before + 1]
        assert page.page_number == before + 1
        assert truth["fields"] == page.fields == drawn.fields
        assert tuple(truth["items"]) == page.items == drawn.items
        assert tuple(truth["taxes"]) == page.tables["taxes"] == drawn.tables["taxes"]
        assert tuple(truth["payments"]) == page.tables["payments"] == drawn.tables["payments"]
        assert [token.text for token in page.page.tokens] == [t.text for t in drawn.tokens]


def test_boxes_are_pixels_of_the_loaded_pages(samples: Path) -> None:
    for page in read("jsonl", samples / ANNOTATIONS):
        assert page.image is not None
        image = load_page(page.image, page.page_number)
        upright = turned(image, page.page.rotation)
        assert upright.size == (page.page.width, page.page.height), page.image


def test_drawing_again_gives_the_same_files(tmp_path: Path) -> None:
    small = next(sample for sample in SAMPLES if sample.file == "pharmacy-it.jpg")
    pages = [replace(small, file="two.pdf", strength=0.2), replace(small, file="two.pdf")]
    for folder in ("once", "again"):
        write_samples([small, *pages], tmp_path / folder)
    for path in (tmp_path / "once").rglob("*"):
        if path.is_file():
            again = tmp_path / "again" / path.relative_to(tmp_path / "once")
            assert path.read_bytes() == again.read_bytes(), path.name


def test_a_rotated_sample_records_its_rotation(tmp_path: Path) -> None:
    small = next(sample for sample in SAMPLES if sample.file == "pharmacy-it.jpg")
    upright = replace(small, file="upright.png")
    on_its_side = replace(small, file="side.png", quarter_turns=1)
    write_samples([upright, on_its_side], tmp_path)
    first, second = read("jsonl", tmp_path / ANNOTATIONS)
    assert (first.page.rotation, second.page.rotation) == (0, 270)
    assert first.page.tokens == second.page.tokens
    pictures = [np.asarray(load_page(tmp_path / name, 1)) for name in ("upright.png", "side.png")]
    assert np.array_equal(np.rot90(pictures[1], -second.page.rotation // 90), pictures[0])
