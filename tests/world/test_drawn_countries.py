"""Receipts of each country as the printer draws them: tagged by the rules and assembled, their
total, date and currency are right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.assembly.assemble import assemble
from pipeline.labels import load_label_set
from pipeline.receipt import Contents
from pipeline.synthetic.drawn import DrawnReceipt, annotated_page
from pipeline.synthetic.generate import LOCALES, draw_receipt
from pipeline.tagging.rules.tagger import RuleTagger

LABELS = load_label_set(Path(__file__).parents[2] / "configs" / "labels" / "receipts.yaml")
RECEIPTS = 20
# How many of 20 are right at least: most countries have more, and those whose tills print words
# that the rules do not know have fewer totals.
FLOORS = {"total": 12, "date": 14, "currency": 10}
FEWER_TOTALS = {"cs_CZ": 9, "id_ID": 10, "ja_JP": 9, "ko_KR": 8, "tr_TR": 5, "hu_HU": 3, "vi_VN": 2}
FEWER_DATES = {"hu_HU": 11}  # the rules do not read 2012. 10. 11.


def contents_of(drawn: DrawnReceipt) -> Contents:
    page = annotated_page(drawn).page
    return assemble(page, RuleTagger(LABELS).tag([page])[0], LABELS)


def right(drawn: DrawnReceipt) -> list[str]:
    """Which of the fields are on the receipt and read right, or are not on it."""
    contents = contents_of(drawn)
    found = {
        "total": f"{contents.total.value:.2f}" if contents.total else "",
        "date": str(contents.date.value) if contents.date else "",
        "currency": str(contents.currency.value) if contents.currency else "",
    }
    return [name for name, text in found.items() if drawn.fields.get(name, text) == text]


@pytest.mark.parametrize("locale", LOCALES)
def test_most_receipts_of_a_country_are_read_right(locale: str) -> None:
    counts = Counter(name for seed in range(RECEIPTS) for name in right(draw_receipt(seed, locale)))
    floors = {
        **FLOORS,
        "total": FEWER_TOTALS.get(locale, FLOORS["total"]),
        "date": FEWER_DATES.get(locale, FLOORS["date"]),
    }
    assert {name: counts[name] for name, least in floors.items() if counts[name] < least} == {}
