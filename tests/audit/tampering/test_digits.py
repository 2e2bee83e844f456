"""Digits that do not look like their neighbours become a sign with its place and its reasons."""

from __future__ import annotations

import numpy as np
import pytest
from audited import audited, field, record
from PIL import Image
from printed_scans import AMOUNTS, opened, picture, saved, scan, texts

from pipeline.audit.finding import Severity
from pipeline.audit.tampering import digits
from pipeline.audit.tampering.characters import characters_of
from pipeline.audit.tampering.digits import _WORDS, COPIED, UNLIKE, digit_signs
from pipeline.audit.tampering.evidence import FEATURES, Evidence, evidence_of
from pipeline.audit.tampering.places import Place
from pipeline.audit.tampering.print_measures import MEASURES
from pipeline.audit.tampering.trees import fitted_model, model_of
from pipeline.audit.tampering.twins import Twin

PLACES = [
    Place("total" if row == 12 else f"items[{row}].total", text, box)
    for row, (text, box) in enumerate(texts())
]


def copied() -> Image.Image:
    """The 8 of the tenth amount over the first 6 of the thirteenth, 66.21."""
    image = opened(saved(scan(), 72))
    levels = np.asarray(image).copy()
    found = characters_of(levels[:, :, 0].astype(np.float32), texts())
    source = next(one for one in found if one.text == "8" and one.place == 9)
    target = next(one for one in found if one.place == 12)
    x, y = target.box[0] - source.box[0], target.box[3] - source.box[3]
    x0, y0, x1, y1 = source.box
    levels[y0 - 2 + y : y1 + 2 + y, x0 - 2 + x : x1 + 2 + x] = levels[
        y0 - 2 : y1 + 2, x0 - 2 : x1 + 2
    ]
    return Image.fromarray(levels)


def signs(content: bytes):
    return list(digit_signs(evidence_of(picture(content), texts()), PLACES, fitted_model()))


@pytest.mark.parametrize("quality", [85, 95])
def test_a_copied_digit_is_found_and_both_places_are_marked(quality):
    (sign,) = signs(saved(copied(), quality))
    assert sign.rule == COPIED
    assert {"total", "the same pixels"} <= {name for name, _ in sign.places}
    assert "nearly the same pixels" in sign.reason


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_a_scan_that_was_saved_again_is_left_alone(quality):
    assert signs(saved(opened(saved(scan(), 72)), quality)) == []


def test_a_scan_as_it_came_is_left_alone():
    assert signs(saved(scan(), 80)) == []


def test_each_measure_has_words_for_both_directions():
    assert set(_WORDS) == set(MEASURES)


def test_reasons_name_what_differs():
    features = np.zeros((5, len(FEATURES)))
    features[2, FEATURES.index("bottom")] = 6
    features[2, FEATURES.index("dark")] = -5
    evidence = Evidence(
        tuple(characters_of(np.asarray(scan().convert("L"), dtype=np.float32), texts())[:5]),
        tuple(Twin(0.2, 0.2, 0.2, None) for _ in range(5)),
        features,
    )
    (sign,) = digit_signs(evidence, PLACES, of_bottom())
    assert sign.rule == UNLIKE
    assert "it stands lower" in sign.reason
    assert "its ink is darker" in sign.reason
    assert "fraud" not in sign.reason


def of_bottom():
    """A model of one tree: a digit that stands lower than others has the score 2."""
    return model_of(
        {
            "features": ["bottom"],
            "bias": -1.0,
            "threshold": 1.0,
            "slope": 1.0,
            "offset": 0.0,
            "trees": [
                {
                    "feature": [0, -1, -1],
                    "threshold": [3.0, 0, 0],
                    "left": [1, -1, -1],
                    "right": [2, -1, -1],
                    "value": [0, 0.5, 3.0],
                }
            ],
        }
    )


def test_trees_add_up():
    model, rows = of_bottom(), np.zeros((2, len(FEATURES)))
    rows[1, FEATURES.index("bottom")] = 4
    assert model.scores(rows).tolist() == [-0.5, 2.0]
    assert model.probability(0.0) == 0.5


def test_the_audit_reports_a_copied_digit(tmp_path):
    (tmp_path / "a.jpg").write_bytes(saved(copied(), 92))
    (tmp_path / "b.jpg").write_bytes(saved(opened(saved(scan(seed=9), 72)), 92))
    items = [
        {"total": field(float(text), text=text, boxes=[box])}
        for row, (text, box) in enumerate(texts())
        if row != 12
    ]
    records = [
        record(
            path,
            merchant_name=name,
            date=field("2026-03-10", boxes=[]),
            total=field(float(AMOUNTS[12]), text=AMOUNTS[12], boxes=[texts()[12][1]]),
            items=items,
        )
        for path, name in (("a.jpg", "Blue Cafe"), ("b.jpg", "Red Diner"))
    ]
    found = [one for one in audited(tmp_path, records, images=tmp_path) if "digit" in one.rule]
    assert [one.receipts[0].path for one in found] == ["a.jpg"]
    assert found[0].severity is (Severity.MEDIUM if found[0].score >= 0.5 else Severity.INFO)
    assert found[0].look_at[0].field in ("total", "items[9].total")


def test_a_reason_is_there_for_each_measure():
    assert set(digits._WORDS) == set(MEASURES)
