"""Calibrated confidence: what it is made of, and how it moves."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble, assembled
from pipeline.assembly.confidence.calibration import (
    CALIBRATION_FILE,
    Calibration,
    Weights,
    load_calibration,
    save_calibration,
)
from pipeline.assembly.confidence.evidence import FEATURES, evidence, log_odds
from pipeline.assembly.confidence.final_fields import final_fields, with_fields
from pipeline.assembly.field_tokens import tokens_of
from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.receipt import Contents
from pipeline.tagging.types import Tags

RECEIPT: list[list[Word]] = [
    [("KEDAI", "merchant_name"), ("ACME", "merchant_name")],
    [("Date:", ""), ("25/04/2018", "date")],
    [("COLA", "item_description"), ("7.00", "item_total")],
    [("2", "item_quantity"), ("x", ""), ("3.50", "item_unit_price")],
    [("Subtotal", ""), ("7.00", "subtotal")],
    [("GST", ""), ("0.42", "tax")],
    [("Total", ""), ("RM7.42", "total")],
    [("Cash", ""), ("10.00", "cash")],
    [("Change", ""), ("2.58", "change")],
    [("VISA", ""), ("7.42", "")],
]
SIGNED = Weights(offset=-1.0, of={name: 0.5 * (sign or 1) for name, sign in FEATURES.items()})
CALIBRATION = Calibration(common=SIGNED, fields={"date": Weights(offset=2.0, of={"tag": 0.1})})


def found(lines: list[list[Word]]) -> dict[str, dict[str, float]]:
    """Key (and number of a line item) to the evidence of each field."""
    one = assembled(*page_of(lines), LABELS)
    fields = final_fields(one.contents, LABELS)
    numbers = evidence(one.contents, fields, one.tagged, one.likely)
    return {
        one.key if one.table is None else f"{one.row}.{one.key}": dict(
            zip(FEATURES, features, strict=True)
        )
        for one, features in zip(fields, numbers, strict=True)
    }


def probability(read: float, tagged: float) -> float:
    """The name's confidence where its word is read and tagged with these."""
    page, tags = page_of([[("ACME", "merchant_name", tagged)]])
    tokens = tuple(replace(token, confidence=read) for token in page.tokens)
    contents = assemble(replace(page, tokens=tokens), tags, LABELS, CALIBRATION)
    assert contents.merchant_name
    return contents.merchant_name.confidence


def test_every_field_has_evidence() -> None:
    assert set(found(RECEIPT)) == {
        "merchant_name", "date", "subtotal", "tax", "total", "cash", "change",
        "0.items.description", "0.items.quantity", "0.items.unit_price", "0.items.total",
            "0.taxes.amount", "0.payments.amount",
    }  # fmt: skip


def test_sums_speak_for_the_amounts_in_them() -> None:
    fields = found(RECEIPT)
    assert fields["total"]["sums_hold"] == 1
    assert fields["0.items.quantity"]["sums_hold"] == 1
    assert fields["merchant_name"]["sums_hold"] == 0
    spoilt = [*RECEIPT[:6], [("Total", ""), ("RM9.99", "total")], *RECEIPT[7:9]]
    fields = found(spoilt)
    assert fields["total"]["sums_fail"] == 1
    assert fields["0.items.quantity"]["sums_fail"] == 0


def test_an_item_takes_part_only_in_its_own_product() -> None:
    lines = [
        *RECEIPT[:4],
        [("TEA", "item_description"), ("9.00", "item_total")],
        [("2", "item_quantity"), ("x", ""), ("3.30", "item_unit_price")],
    ]
    fields = found(lines)
    assert fields["0.items.total"]["sums_fail"] == 0
    assert fields["1.items.total"]["sums_fail"] == 1


def test_items_alone_can_speak_for_a_total() -> None:
    lines: list[list[Word]] = [
        [("COLA", "item_description"), ("7.00", "item_total")],
        [("TEA", "item_description"), ("2.00", "item_total")],
        [("Total", ""), ("9.00", "total")],
    ]
    assert found(lines)["total"]["items_add_up"] == 1
    lines[1] = [("TEA", "item_description"), ("3.00", "item_total")]
    assert found(lines)["total"]["items_add_up"] == 0


def test_key_words_announce_or_contradict() -> None:
    fields = found(RECEIPT)
    assert fields["total"]["announced"] == 1
    assert fields["date"]["announced"] == 1
    assert fields["0.items.total"]["announced"] == 0
    contradicted = found([[("Change", ""), ("7.42", "total")]])
    assert contradicted["total"]["announced_otherwise"] == 1


def test_an_amount_that_is_printed_again() -> None:
    assert found(RECEIPT)["total"]["printed_again"] == 1
    assert found(RECEIPT)["tax"]["printed_again"] == 0


def test_digits_that_the_value_has_not() -> None:
    lines: list[list[Word]] = [
        [("2", "item_quantity"), ("18", "item_quantity"), ("COLA", "item_description")],
        [("7.00", "item_total")],
    ]
    assert found(lines)["0.items.quantity"]["left_over"] == 1
    assert found(RECEIPT)["0.items.quantity"]["left_over"] == 0


def test_taxes_that_were_added_up_leave_nothing_over() -> None:
    lines: list[list[Word]] = [
        [("VAT", ""), ("5%", ""), ("1.03", "tax")],
        [("VAT", ""), ("20%", ""), ("0.38", "tax")],
    ]
    page, tags = page_of(lines)
    contents = assemble(page, tags, LABELS)
    assert contents.tax and str(contents.tax.value) == "1.41"
    assert found(lines)["tax"]["left_over"] == 0


def test_the_likeliest_other_word_is_a_rival() -> None:
    page, tags = page_of([[("Total", ""), ("7.42", "total")], [("9.00", ""), ("7.42", "")]])
    scores = {"total": [0.0, 0.9, 0.4, 0.8]}
    tags = replace(tags, scores={name: _array(row) for name, row in scores.items()})
    whole = assembled(page, tags, LABELS)
    fields = [one for one in final_fields(whole.contents, LABELS) if one.key == "total"]
    assert fields[0].field.value == Decimal("7.42")
    ((*features,),) = evidence(whole.contents, fields, whole.tagged, whole.likely)
    # The same amount once more is none.
    assert dict(zip(FEATURES, features, strict=True))["rival"] == pytest.approx(log_odds(0.4))


def _array(row: list[float]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array(row, np.float32)


def test_tokens_are_found_by_place_and_text() -> None:
    page, _ = page_of([[("A", ""), ("B", ""), ("A", "")]])
    boxes = [token.box.as_tuple() for token in page.tokens]
    whole = (boxes[0][0], boxes[0][1], boxes[2][2], boxes[2][3])
    assert tokens_of("A B A", [whole], page.tokens) == [0, 1, 2]
    assert tokens_of("A B", [whole], page.tokens) == [0, 1]
    assert tokens_of("A", [boxes[2]], page.tokens) == [2]
    assert tokens_of("A", [], page.tokens) == []


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_confidence_is_a_probability_and_rises_with_the_tags(
    read: float, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    lower, higher = probability(read, low), probability(read, high)
    assert 0 <= lower <= higher <= 1


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_confidence_rises_with_the_reading(tagged: float, low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert probability(low, tagged) <= probability(high, tagged)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=len(FEATURES), max_size=len(FEATURES)),
    st.floats(-1e6, 1e6),
)
def test_any_evidence_gives_a_probability(features: list[float], offset: float) -> None:
    weights = SIGNED.model_copy(update={"offset": offset})
    assert 0 <= weights.probability(features) <= 1


def test_without_a_calibration_it_is_tag_times_ocr() -> None:
    page, tags = page_of([[("Total", ""), ("7.42", "total", 0.8)]])
    tokens = tuple(replace(token, confidence=0.5) for token in page.tokens)
    contents = assemble(replace(page, tokens=tokens), tags, LABELS)
    assert contents.total
    assert contents.total.confidence == pytest.approx(0.4)


def test_a_field_without_weights_of_its_own_has_the_common_ones() -> None:
    assert CALIBRATION.weights("total") is SIGNED
    assert CALIBRATION.weights("date").offset == 2


def test_calibration_changes_nothing_but_confidences() -> None:
    page, tags = page_of(RECEIPT)
    plain, calibrated = assemble(page, tags, LABELS), assemble(page, tags, LABELS, CALIBRATION)

    def without_confidence(contents: Contents) -> object:
        return _dropped(contents.model_dump(exclude={"needs_review"}))

    assert without_confidence(plain) == without_confidence(calibrated)
    assert plain.total and calibrated.total
    assert plain.total.confidence != calibrated.total.confidence


def _dropped(value: object) -> object:
    if isinstance(value, dict):
        return {name: _dropped(entry) for name, entry in value.items() if name != "confidence"}
    return [_dropped(entry) for entry in value] if isinstance(value, list) else value


def test_a_field_below_its_threshold_asks_for_review() -> None:
    page, tags = page_of(RECEIPT)
    sure = Calibration(common=Weights(offset=3.0, of={}))
    assert not assemble(page, tags, LABELS, sure).needs_review
    unsure = sure.model_copy(update={"fields": {"date": Weights(offset=-0.1, of={})}})
    assert assemble(page, tags, LABELS, unsure).needs_review
    assert not assemble(page, tags, LABELS, unsure, {"date": 0.3}).needs_review
    assert assemble(page, tags, LABELS, sure, {"subtotal": 0.99}).needs_review


def test_a_blank_page_can_be_calibrated() -> None:
    contents = assemble(Page(100, 100, ()), Tags((), ()), LABELS, CALIBRATION)
    assert contents == Contents(needs_review=True)


def test_fields_are_put_back_where_they_were() -> None:
    page, tags = page_of(RECEIPT)
    contents = assemble(page, tags, LABELS)
    fields = final_fields(contents, LABELS)
    assert with_fields(contents, fields, [one.field for one in fields]) == contents


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert load_calibration(None) is None
    assert load_calibration(tmp_path) is None
    save_calibration(CALIBRATION, tmp_path / CALIBRATION_FILE)
    assert load_calibration(tmp_path) == CALIBRATION


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "version"),
        ({"common": {"offset": 0, "of": {"moon_phase": 1}}}, "moon_phase"),
        ({"common": {}}, "offset"),
    ],
)
def test_a_calibration_of_another_version_is_refused(
    change: dict[str, object], message: str, tmp_path: Path
) -> None:
    raw = {**CALIBRATION.model_dump(mode="json"), **change}
    (tmp_path / CALIBRATION_FILE).write_text(json.dumps(raw))
    with pytest.raises(ConfigError, match=rf"(?s){message}.*receipts calibrate"):
        load_calibration(tmp_path)


def test_a_calibration_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / CALIBRATION_FILE).write_text("{")
    with pytest.raises(ConfigError, match=CALIBRATION_FILE):
        load_calibration(tmp_path)
