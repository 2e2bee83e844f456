"""Brand and category of merchants: as printed, misread, in other countries, on drawn receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.merchant.category_model import (
    category_evidence,
    category_weights,
    known_words,
    probabilities,
)
from pipeline.assembly.merchant.merchant import MerchantFields, derive
from pipeline.assembly.merchant.near_names import near_names
from pipeline.categories import Category
from pipeline.document import Box, Page, Reading, Token
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt


def page_of(lines: Sequence[str], confidence: float = 0.9) -> Page:
    words = [(word, number) for number, line in enumerate(lines) for word in line.split()]
    tokens = [
        Token(
            word,
            Box(10.0 * place, 20.0 * line, 10.0 * place + 8, 20.0 * line + 15),
            confidence,
            line,
        )
        for place, (word, line) in enumerate(words)
    ]
    return Page(500, 500, tuple(tokens))


def merchant(name: str, country: str | None, *below: str, above: str = "") -> MerchantFields:
    """Of a page with the name on a line of its own."""
    start = len(above.split())
    tokens = range(start, start + len(name.split()))
    return derive(page_of([*filter(None, [above]), name, *below]), tokens, (), country)


@pytest.mark.parametrize(
    ("name", "country", "brand", "category"),
    [
        ("MOBIL", "US", "Mobil", Category.FUEL),
        ("TACO BELL 017314", "US", "Taco Bell", Category.MEALS),
        ("WALGREENS #0457", "US", "Walgreens", Category.PHARMACY),
        ("Pingo Doce - Distribuição Alimentar, S.A.", "PT", "Pingo Doce", Category.GROCERIES),
        ("99 SPEED MART S/B", "MY", "99 Speedmart", Category.GROCERIES),
        ("MR. D.I.Y. (M) SDN BHD", "MY", "MR.DIY", Category.OTHER),
        ("STAPLES", "US", "Staples", Category.OFFICE_SUPPLIES),
        ("HILTON", "DE", "Hilton", Category.LODGING),
        ("MCDONALDS", None, "McDonald's", Category.MEALS),
        ("WALGREFNS", "US", "Walgreens", Category.PHARMACY),
        ("M0BIL", "US", "Mobil", Category.FUEL),
    ],
)
def test_brands(name: str, country: str | None, brand: str, category: Category) -> None:
    found = merchant(name, country)
    assert found.brand is not None and found.brand.value == brand
    assert found.brand.confidence >= 0.5 and len(found.brand.boxes) == 1
    assert found.category is not None and found.category.value == category


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("REWE", "US"),  # not there
        ("DN", "DE"),  # a short name is not misread: dm
        ("JOE'S GARDEN DINER", "US"),
        ("CASA VELHA RESTAURANTE", "PT"),
        ("SUNRISE TRADING ENTERPRISE", "MY"),
    ],
)
def test_other_merchants_have_no_brand(name: str, country: str) -> None:
    assert merchant(name, country).brand is None


@pytest.mark.parametrize(
    ("below", "category"),
    [("DIESEL 40.00", Category.FUEL), ("MILK BREAD SANDWICH", Category.GROCERIES)],
)
def test_of_a_brand_of_several_trades_words_tell(below: str, category: Category) -> None:
    found = merchant("SHELL", "GB", below)
    assert found.brand is not None and found.category is not None
    assert (found.brand.value, found.category.value) == ("Shell", category)


def test_the_line_above_a_firm_names_the_brand() -> None:
    found = merchant("TRI SHAAS SDN BHD", "MY", "JALAN RIA 25", "GULA 2.85", above="MYDIN")
    assert found.brand is not None and found.brand.value == "Mydin"
    assert found.brand.boxes == [(0.0, 0.0, 8.0, 15.0)]


def test_another_reading_of_a_word_may_be_the_brand() -> None:
    page = page_of(["CALP", "GASOLEO 40.00"])
    both = (Reading("CALP", 0.6), Reading("GALP", 0.4))
    first = replace(page.tokens[0], readings=both)
    brand = derive(replace(page, tokens=(first, *page.tokens[1:])), [0], (), "PT").brand
    assert brand is not None and (brand.value, brand.text) == ("Galp", "CALP")
    assert brand.confidence < merchant("GALP", "PT", "GASOLEO 40.00").brand.confidence


def test_a_reading_without_any_probability_is_no_brand() -> None:
    page = page_of(["CALP", "GASOLEO 40.00"])
    first = replace(page.tokens[0], readings=(Reading("CALP", 1.0), Reading("GALP", 0.0)))
    assert derive(replace(page, tokens=(first, *page.tokens[1:])), [0], (), "PT").brand is None


@pytest.mark.parametrize(
    ("lines", "category"),
    [
        (["THE OLD MILL", "Fish & Chips 9.50", "Pint Lager 5.20"], Category.MEALS),
        (["HORIZON", "Room 1 Night 120.00", "Breakfast Buffet 15.00"], Category.LODGING),
        (["Lusiponte", "Taxa de portagem 1,85"], Category.GROUND_TRANSPORT),
        (["P. Municipal", "Estacionamento 2h 3,00"], Category.PARKING),
        (["North Wind Airlines", "Airfare 210.00", "Checked Bag 30.00"], Category.AIR),
        (["Papelaria Fernandes", "CADERNO A4 2,50"], Category.OFFICE_SUPPLIES),
        (["Farmácia Central", "PARACETAMOL 3,20"], Category.PHARMACY),
        (["MUSEUM AM DOM", "Eintritt Erw. 9,50"], Category.ENTERTAINMENT),
        (["Ferragens do Vale", "PARAFUSOS 4X40 3,10"], Category.OTHER),
    ],
)
def test_categories_by_words(lines: list[str], category: Category) -> None:
    words = len(lines[0].split())
    page = page_of(lines)
    found = derive(page, range(words), range(words, len(page.tokens)), None).category
    assert found is not None and found.value == category
    assert found.text and not found.boxes


def test_a_page_without_known_words_has_no_category() -> None:
    assert merchant("QXZ VWK", None, "17.00").category is None


def test_the_words_of_the_model_are_few_and_its_probabilities_sum_to_1() -> None:
    assert 2000 < len(category_weights()) < 9000
    assert "PIZZA" in known_words()
    found = probabilities(category_evidence(["PIZZA"], [], [], {}, known_words()))
    assert sum(found.values()) == pytest.approx(1) and set(found) == set(Category)


@pytest.mark.parametrize(
    ("name", "confidence", "brand"),
    [
        ("MARIO'S TRATTORIA", 0.99, None),  # Marco's Pizza is another
        ("WALGREFNS", 1.0, None),
        ("WALGREFNS", 0.8, "Walgreens"),
        ("M0BIL", 1.0, "Mobil"),
    ],
)
def test_a_name_that_was_surely_read_is_no_misread_brand(
    name: str, confidence: float, brand: str | None
) -> None:
    page = page_of([name], confidence)
    found = derive(page, range(len(name.split())), (), "US").brand
    assert (found and found.value) == brand


@given(st.text(alphabet="ABCDEILOST05", max_size=14))
def test_near_names_differ_by_two_letters_at_most(key: str) -> None:
    for name, edits in near_names(key):
        assert 0 < edits <= 2 and abs(len(name) - len(key)) <= 2


def test_brands_of_drawn_receipts_are_found() -> None:
    """Names as the printer sets them, with their numbers, firms and towns."""
    counts = {"found": 0, "wrong": 0, "printed": 0}
    for seed in range(60):
        drawn = draw_receipt(seed, "en_US")
        page = annotated_page(drawn)
        name = [n for n, tag in enumerate(page.tags) if tag.endswith("merchant_name")]
        brand = derive(page.page, name, (), "US").brand
        counts["printed"] += bool(drawn.brand)
        right = brand is not None and brand.value.upper() == drawn.brand.upper()
        counts["found"] += right
        counts["wrong"] += brand is not None and not right
    assert counts["found"] >= 0.85 * counts["printed"] > 10
    assert counts["wrong"] <= 5
