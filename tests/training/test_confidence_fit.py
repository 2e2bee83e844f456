"""Fitting confidences to receipts whose truth is known."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.assembly.assemble import assembled
from pipeline.assembly.confidence.calibration import (
    CALIBRATION_FILE,
    approval_of,
    load_calibration,
    save_calibration,
)
from pipeline.assembly.confidence.evidence import FEATURES
from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token
from pipeline.errors import ConfigError, DataError
from pipeline.evaluation.cases import from_boxes
from pipeline.labels import load_label_set
from pipeline.tagging.types import Tags
from pipeline.training.calibration_data import calibration_receipts
from pipeline.training.confidence import FittedCalibration, calibration_readings, fit_calibration
from pipeline.training.logistic import fit_weights

LABELS = load_label_set(Path(__file__).parents[2] / "configs" / "labels" / "receipts.yaml")
WORDS = (
    ("ACME", "merchant_name"),
    ("COLA", "item_description"),
    ("7.00", "item_total"),
    ("Balance", ""),
    ("7.42", "total"),
)


def receipt(number: int, total: str = "7.42") -> AnnotatedPage:
    """A receipt of its own merchant; its truth has ``total``, its page 7.42."""
    tokens = tuple(
        Token(word, Box(40, 30 * line, 120, 30 * line + 20), 1.0, line)
        for line, (word, _) in enumerate(WORDS)
    )
    return AnnotatedPage(
        id=str(number),
        source="test",
        page=Page(400, 800, tokens),
        tags=tuple(f"B-{label}" if label else "O" for _, label in WORDS),
        annotated=frozenset({"total", "item_description", "item_total"}),
        fields={"total": total},
        items=({"description": "COLA", "total": "7.00"},),
        merchant=hashlib.sha256(str(number).encode()).hexdigest(),  # like no other one's
    )


class Tagger:
    """Tags the words of a receipt, each page's with the next of its probabilities."""

    name = "test"
    label_set = LABELS
    reads_images = False
    folder = None

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.probabilities = probabilities

    def tag(self, pages: Sequence[Page], images: object = None) -> list[Tags]:
        tags = tuple(f"B-{label}" if label else "O" for _, label in WORDS)
        return [
            Tags(tags, (sure,) * len(tags))
            for _, sure in zip(pages, self.probabilities, strict=True)
        ]


def receipts(count: int) -> tuple[Tagger, list[AnnotatedPage]]:
    """Totals are as often right as the tagger thinks, but for its believing too much: of its
    0.9 a half, of its 0.6 a fifth."""
    chance = random.Random(0)
    sure = [chance.choice((0.6, 0.9)) for _ in range(count)]
    right = [chance.random() < (0.5 if one == 0.9 else 0.2) for one in sure]
    pages = [receipt(n, "7.42" if hit else "8.88") for n, hit in enumerate(right)]
    return Tagger(sure), pages


@pytest.fixture(scope="module")
def fitted() -> FittedCalibration:
    tagger, pages = receipts(300)
    return fit_calibration(tagger, from_boxes(pages))


def test_a_fit_finds_the_weights_that_made_the_data() -> None:
    random_ = np.random.default_rng(0)
    features = random_.normal(size=(20000, len(FEATURES)))
    names = list(FEATURES)
    odds = 0.5 + 1.0 * features[:, names.index("tag")] - 2.0 * features[:, names.index("rival")]
    right = random_.random(20000) < 1 / (1 + np.exp(-odds))
    common, own = fit_weights(["total"] * 20000, features, right)
    for weights in (common, own["total"]):
        assert weights.offset == pytest.approx(0.5, abs=0.1)
        assert weights.of["tag"] == pytest.approx(1.0, abs=0.1)
        assert weights.of["rival"] == pytest.approx(-2.0, abs=0.1)


def test_evidence_that_points_the_wrong_way_weighs_nothing() -> None:
    random_ = np.random.default_rng(0)
    features = random_.normal(size=(500, len(FEATURES)))
    column = list(FEATURES).index("tag")
    right = random_.random(500) < 1 / (1 + np.exp(features[:, column]))
    common, own = fit_weights(["total"] * 500, features, right)
    assert "tag" not in common.of
    assert "tag" not in own["total"].of


def test_a_field_with_few_values_stays_near_the_others() -> None:
    random_ = np.random.default_rng(0)
    features = random_.normal(size=(1003, len(FEATURES)))
    column = list(FEATURES).index("tag")
    right = random_.random(1003) < 1 / (1 + np.exp(-2 * features[:, column]))
    right[-3:] = False
    common, own = fit_weights(["total"] * 1000 + ["tip"] * 3, features, right)
    assert own["tip"].of["tag"] == pytest.approx(common.of["tag"], rel=0.3)


def test_fields_and_cells_are_judged_against_the_truth() -> None:
    pages = [receipt(0), receipt(1, total="8.88")]
    tags = Tagger([0.9, 0.9]).tag([page.page for page in pages])
    found = [assembled(page.page, its, LABELS) for page, its in zip(pages, tags, strict=True)]
    first, second = calibration_receipts(from_boxes(pages), found, ["a", "b"], LABELS)
    assert {sample.key: sample.right for sample in first.samples} == {
        "total": True,
        "items.description": True,
        "items.total": True,
    }
    assert {sample.key: sample.right for sample in second.samples}["total"] is False
    assert first.unknown == ("merchant_name",)
    assert first.merchant != second.merchant
    assert first.samples[0].before == pytest.approx(0.9)


def test_a_fit_brings_confidence_near_the_share_that_is_right(fitted: FittedCalibration) -> None:
    total = fitted.quality["total"]
    assert total.values == 300
    assert total.ece_before > 0.3
    assert total.ece < 0.1
    assert len(fitted.calibration.receipts) == 300
    assert fitted.calibration.about["merchants"] == 300


def test_too_few_receipts_are_refused() -> None:
    tagger, pages = receipts(29)
    with pytest.raises(DataError, match=r"29 receipts .* too few"):
        fit_calibration(tagger, from_boxes(pages))


def test_receipts_of_one_merchant_are_refused() -> None:
    tagger, pages = receipts(40)
    chain = [replace(page, merchant="acme") for page in pages]
    with pytest.raises(DataError, match="1 merchants are too few"):
        fit_calibration(tagger, from_boxes(chain))


def test_values_that_are_all_right_tell_nothing() -> None:
    pages = [receipt(number) for number in range(40)]
    with pytest.raises(DataError, match="only 0 of 120 values are wrong"):
        fit_calibration(Tagger([0.9] * 40), from_boxes(pages))


def test_receipts_without_pictures_are_read_from_their_boxes() -> None:
    pages = [receipt(0)]

    class NoEngine:
        name = "none"

        def read(self, image: object) -> Page:
            raise AssertionError("there is no picture")

    (reading,) = calibration_readings(pages, NoEngine())
    assert reading.page == pages[0].page


def test_a_folder_whose_receipts_do_not_suffice_goes_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("torch")
    from pipeline.training import calibrate

    tagger, pages = receipts(60)
    monkeypatch.setattr(calibrate, "OnnxTagger", lambda folder: tagger)
    calibrate.write_calibration(tmp_path, pages, None)
    calibration = load_calibration(tmp_path)
    assert calibration and calibration.about["receipts"] == 60
    few = Tagger(tagger.probabilities[:5])
    monkeypatch.setattr(calibrate, "OnnxTagger", lambda folder: few)
    assert calibrate.write_calibration(tmp_path, pages[:5], None) is None
    assert not (tmp_path / CALIBRATION_FILE).exists()
    assert "not calibrated" in caplog.text


def test_too_few_receipts_leave_the_start_model_s_calibration(
    fitted: FittedCalibration,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pytest.importorskip("torch")
    from pipeline.training import calibrate
    from pipeline.training.card import _calibration
    from pipeline.training.start_model import start_calibration

    own = fitted.calibration
    tagger, pages = receipts(5)
    folder, start_folder = tmp_path / "model", tmp_path / "base"
    folder.mkdir()
    start_folder.mkdir()
    save_calibration(own, start_folder / CALIBRATION_FILE)
    start = start_calibration(str(start_folder))
    for some in (pages, []):
        few = Tagger(tagger.probabilities[: len(some)])
        monkeypatch.setattr(calibrate, "OnnxTagger", lambda folder, few=few: few)
        written = calibrate.write_calibration(folder, some, None, start)
        assert written == load_calibration(folder)
        assert written and (written.common, written.fields) == (own.common, own.fields)
    assert "calibrated as the start model's" in caplog.text
    assert "start model, base: this run had too few" in _calibration(written)
    with pytest.raises(ConfigError, match="annotate receipts of your own"):
        approval_of(written, 0.9, ("total",))
    (start_folder / CALIBRATION_FILE).write_text("{}")
    assert start_calibration(str(start_folder)) is None
    assert start_calibration("minilm") is None
