"""Drawn receipts: every label, valid tags, sums that hold, the same for the same seed."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from pipeline.assembly.assemble import assemble
from pipeline.data.synthetic.corrupt import add_ocr_noise
from pipeline.data.synthetic.generate import (
    KINDS,
    LABELS,
    LOCALES,
    annotated_page,
    draw_annotated,
    draw_receipt,
)
from pipeline.labels import label_of, load_label_set
from pipeline.tagging.types import Tags


@pytest.fixture(scope="module")
def receipts():
    return [draw_receipt(seed) for seed in range(300)]


@pytest.fixture(scope="module")
def labels(project):
    return load_label_set(project / "configs" / "labels" / "receipts.yaml")


def read_with_true_tags(drawn, labels):
    page = annotated_page(drawn)
    return assemble(page.page, Tags(page.tags, (1.0,) * len(page.tags)), labels)


def assert_iob2(tags):
    previous = None
    for tag in tags:
        assert not tag.startswith("I-") or previous == label_of(tag)
        previous = label_of(tag)


def test_every_label_of_the_default_set_occurs(receipts, labels):
    counts = Counter(token.tag for receipt in receipts for token in receipt.tokens)
    assert set(labels.names) == LABELS
    assert all(counts[f"B-{name}"] >= 10 for name in labels.names)


def test_every_locale_and_kind_can_be_asked_for():
    for locale in LOCALES:
        for kind in KINDS:
            drawn = draw_receipt(1, locale, kind)
            assert (drawn.locale, drawn.kind) == (locale, kind)
            assert drawn.fields["currency"] and drawn.items


def test_the_same_seed_draws_the_same(receipts):
    assert draw_receipt(7) == receipts[7]
    assert draw_receipt(8) != receipts[7]


def test_tags_are_valid_and_boxes_lie_on_the_page(receipts):
    for receipt in receipts:
        assert_iob2([token.tag for token in receipt.tokens])
        for token in receipt.tokens:
            assert 0 <= token.box.x0 < token.box.x1 <= receipt.width
            assert 0 <= token.box.y0 < token.box.y1 <= receipt.height


def test_sums_hold(receipts):
    for receipt in receipts:
        fields = receipt.fields
        if "cash" in fields and "change" in fields:
            assert Decimal(fields["cash"]) - Decimal(fields["change"]) == Decimal(fields["total"])
        for item in receipt.items:
            if {"quantity", "unit_price"} <= item.keys():
                product = Decimal(item["quantity"]) * Decimal(item["unit_price"])
                assert abs(product - Decimal(item["total"])) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("locale", "shape"), [("de_DE", ","), ("id_ID", "."), ("en_US", "."), ("ja_JP", "¥")]
)
def test_totals_of_each_country_come_out_right(locale, shape, labels):
    right = 0
    drawn = [draw_receipt(seed, locale) for seed in range(60)]
    for receipt in drawn:
        contents = read_with_true_tags(receipt, labels)
        right += contents.total is not None and contents.total.value == Decimal(
            receipt.fields["total"]
        )
    assert right >= 57
    assert any(shape in token.text for receipt in drawn for token in receipt.tokens)


def test_german_dates_come_out_right(labels):
    drawn = [draw_receipt(seed, "de_DE") for seed in range(60)]
    dated = [receipt for receipt in drawn if "date" in receipt.fields]
    read = [read_with_true_tags(receipt, labels).date for receipt in dated]
    right = [
        found is not None and found.value.isoformat() == receipt.fields["date"]
        for found, receipt in zip(read, dated, strict=True)
    ]
    assert sum(right) >= 0.98 * len(dated)


def test_noise_keeps_tags_valid_and_lines_in_order(receipts):
    changed = 0
    for number, receipt in enumerate(receipts):
        page = annotated_page(receipt)
        noisy = add_ocr_noise(page, random.Random(number))
        assert_iob2(noisy.tags)
        lines = [token.line for token in noisy.page.tokens]
        assert lines == sorted(lines)
        assert all(token.text for token in noisy.page.tokens)
        changed += noisy != page
    assert changed > len(receipts) / 3


def test_draw_annotated_gives_the_same_pages_twice():
    assert list(draw_annotated(5, seed=3)) == list(draw_annotated(5, seed=3))
