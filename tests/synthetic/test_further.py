"""Drawn receipts with what only some tills print: all their sums, tags and fields."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from drawn_checks import assert_tags_are_valid_and_boxes_lie_on_the_page, read_with_true_tags

from pipeline.labels import label_of
from pipeline.synthetic.content.firms import draw_firm, with_firm
from pipeline.synthetic.content.printing_locales import PRINTING_LOCALES
from pipeline.synthetic.content.receipt_content import draw_content
from pipeline.synthetic.generate import (
    LOCALES,
    draw_annotated,
    draw_further,
    draw_receipt,
)


@pytest.fixture(scope="module")
def drawings():
    return [draw_further(seed) for seed in range(200)]


def test_tags_are_valid_and_boxes_lie_on_the_page(drawings):
    for drawn in drawings:
        assert_tags_are_valid_and_boxes_lie_on_the_page(drawn)


def test_sums_and_tables_add_up(drawings):
    taxed = paid = 0
    for drawn in drawings:
        fields, taxes, payments = drawn.fields, *drawn.tables.values()
        if {"cash", "change"} <= fields.keys():
            assert Decimal(fields["cash"]) - Decimal(fields["change"]) == Decimal(fields["total"])
        for item in drawn.items:
            if {"quantity", "unit_price", "total"} <= item.keys():
                product = Decimal(item["quantity"]) * Decimal(item["unit_price"])
                assert abs(product - Decimal(item["total"])) <= Decimal("0.5"), drawn.id
        for tax in taxes:
            if {"rate", "net"} <= tax.keys():
                whole = all(tax[name].endswith(".00") for name in ("net", "amount"))
                product = Decimal(tax["net"]) * Decimal(tax["rate"]) / 100
                slack = 1 if whole else Decimal("0.02")
                assert abs(product - Decimal(tax["amount"])) <= slack, drawn.id
                taxed += 1
        amounts = [Decimal(payment["amount"]) for payment in payments if "amount" in payment]
        if len(amounts) > 1:
            assert sum(amounts) == Decimal(fields["total"])
        paid += bool(amounts)
    assert taxed >= 50 and paid >= 70


def test_with_true_tags_most_totals_are_read(drawings, labels):
    right = 0
    for drawn in drawings[:60]:
        read = read_with_true_tags(drawn, labels)
        right += read.total is not None and read.total.value == Decimal(drawn.fields["total"])
    assert right >= 55


def test_the_same_seed_draws_the_same_in_every_locale(drawings):
    assert draw_further(7) == drawings[7] != draw_further(8)
    for number, locale in enumerate(LOCALES):
        drawn = draw_further(number, locale, "supermarket")
        assert (drawn.locale, drawn.kind) == (locale, "supermarket")


def test_the_share_leaves_all_other_receipts_as_they_are():
    without = list(draw_annotated(60, 500))
    some = list(draw_annotated(60, 500, further_share=0.3))
    changed = [number for number in range(60) if without[number] != some[number]]
    assert 8 <= len(changed) <= 30
    for number in changed:
        assert some[number].id == draw_further(500 + number).id
    assert without[0].id == draw_receipt(500).id


def firms(locale, count=40):
    """Merchants before and after they are given a firm."""
    country = PRINTING_LOCALES[locale]
    for seed in range(count):
        rng = random.Random(seed)
        content = draw_content(rng, country, "supermarket")
        changed = with_firm(content, rng)
        if changed != content:
            yield content.merchant, changed.merchant


def test_the_firm_stands_beside_the_name_which_stays():
    places = set()
    for before, after in firms("pt_PT"):
        assert bool(after.heading) != bool(after.owner)
        assert " ".join(before.name_lines).startswith(" ".join(after.name_lines))
        places.add("above" if after.heading else "below")
    assert places == {"above", "below"}


def test_in_malaysia_the_firm_is_the_name():
    drawn = list(firms("en_MY"))
    for before, after in drawn:
        beside = after.heading or after.owner
        assert beside and " ".join(before.name_lines).startswith(beside)
    assert sum(one.name_lines != other.name_lines for one, other in drawn) >= len(drawn) / 2


def test_a_name_is_labelled_once_and_its_firm_is_not(drawings):
    for drawn in drawings:
        spans = [token for token in drawn.tokens if token.tag == "B-merchant_name"]
        assert len(spans) <= 1
        words = [t.text for t in drawn.tokens if label_of(t.tag) == "merchant_name"]
        assert " ".join(words) == drawn.fields.get("merchant_name", "")


def test_every_country_has_firms():
    for locale in LOCALES:
        country = PRINTING_LOCALES[locale]
        names = [draw_firm(random.Random(seed), country, "Bom Dia") for seed in range(30)]
        assert not any(set("{}") & set(name) for name in names)
        assert len(set(names)) >= 15
    names = [
        draw_firm(random.Random(seed), PRINTING_LOCALES["pt_PT"], "Bom Dia") for seed in range(9)
    ]
    assert any("bom dia" in name.casefold() for name in names)
