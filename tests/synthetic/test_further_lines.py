"""The lines that only some tills print: what they say, where they stand, and their labels."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.firms import with_firm
from pipeline.synthetic.content.fuel import with_pumped_fuel
from pipeline.synthetic.content.further import with_head_office
from pipeline.synthetic.content.printing_locales import PRINTING_LOCALES, read_yaml
from pipeline.synthetic.content.rates import with_true_rates
from pipeline.synthetic.content.receipt_content import draw_content
from pipeline.synthetic.generate import LOCALES
from pipeline.synthetic.layout.further.addresses import head_office_rows
from pipeline.synthetic.layout.further.around import lines_around
from pipeline.synthetic.layout.further.card_slips import card_slip, print_slip
from pipeline.synthetic.layout.further.customer import customer_block
from pipeline.synthetic.layout.further.departments import department_rows
from pipeline.synthetic.layout.further.firm import firm_elsewhere
from pipeline.synthetic.layout.further.fuel import fuel_rows
from pipeline.synthetic.layout.further.item_rates import rates_beside_names
from pipeline.synthetic.layout.further.loyalty import (
    payment_without_amount,
    points_lines,
    savings_row,
)
from pipeline.synthetic.layout.further.rate_tables import rate_table
from pipeline.synthetic.layout.receipt_rows import sections_of
from pipeline.synthetic.layout.till import Till
from pipeline.synthetic.picture.fonts import TYPEFACES, missing_glyphs

SLOTS = set(
    "from to from2 to2 name city street letter number km plate masked code currency money site mail"
    " person firm day time method card aid".split()
)
LANGUAGES = sorted({country.language for country in PRINTING_LOCALES.values()})
COLUMNS = {"letter", "rate", "net", "tax", "gross"}


def till_of(seed, locale="pt_PT", kind="supermarket", change=None):
    rng = random.Random(f"{seed}/{locale}/{kind}")
    content = draw_content(rng, PRINTING_LOCALES[locale], kind)
    return Till(rng, change(content, rng) if change else content)


def texts(rows):
    return [row.text for row in rows]


def all_rows(sections):
    items = [row for item in sections.items for row in item.rows]
    return [
        *(*sections.header, *sections.reference, *items),
        *(*sections.summary, *sections.slip, *sections.footer),
    ]


def labelled(sections):
    """The texts with a label, by label."""
    found = {}
    for row in all_rows(sections):
        for part in (part for cell in row.cells for part in cell.parts if part.label):
            found.setdefault(part.label, []).append(part.text)
    return found


@pytest.mark.parametrize(
    "change", [lines_around, customer_block, department_rows, points_lines, savings_row]
)
def test_lines_without_labels_leave_all_labels_as_they_are(change):
    added = 0
    for seed in range(15):
        till = till_of(seed)
        before = sections_of(till)
        after = change(till, before)
        assert labelled(after) == labelled(before)
        added += len(all_rows(after)) > len(all_rows(before))
    assert added >= 5


def test_of_two_addresses_the_shops_is_labelled():
    places = set()
    for seed in range(30):
        till = till_of(seed, change=with_head_office)
        before = sections_of(till)
        after = head_office_rows(till, before)
        assert labelled(after) == labelled(before)
        if till.merchant.head_office and till.merchant.address_lines:
            last = till.style.apply(till.merchant.head_office[-1])
            for name in ("header", "footer"):
                if any(last in text for text in texts(getattr(after, name))):
                    places.add(name)
    assert places == {"header", "footer"}


def test_the_firm_may_stand_further_down():
    moved = 0
    for seed in range(40):
        till = till_of(seed, change=with_firm)
        before = sections_of(till)
        after = firm_elsewhere(till, before)
        found = {label: sorted(words) for label, words in labelled(after).items()}
        assert found == {label: sorted(words) for label, words in labelled(before).items()}
        assert sorted(texts(all_rows(after))) == sorted(texts(all_rows(before)))
        moved += after != before
    assert moved >= 10


def test_opening_hours_are_no_times_of_the_sale():
    hours = 0
    for seed in range(40):
        till = till_of(seed, "es_ES")
        before = sections_of(till)
        rows = [row for row in lines_around(till, before).header if row not in before.header]
        assert not any(row.labels for row in rows)
        hours += any(len(re.findall(r"\d\d:\d\d", text)) == 2 for text in texts(rows))
    assert hours >= 5


@pytest.mark.parametrize(("locale", "unit"), [("pt_PT", "L"), ("en_US", "G"), ("ja_JP", "L")])
def test_pumped_fuel_costs_volume_times_price(locale, unit):
    arrangements = set()
    for seed in range(20):
        till = till_of(seed, locale, "fuel", with_pumped_fuel)
        fuel = till.sale.items[0]
        places = -fuel.unit_price.as_tuple().exponent
        assert places == (till.country.decimals + 1 if till.country.decimals else 0)
        rounded = (fuel.quantity * fuel.unit_price).quantize(fuel.total)
        assert abs(rounded - fuel.total) <= Decimal(1).scaleb(-till.country.decimals)
        printed = fuel_rows(till, sections_of(till)).items[0]
        assert printed.columns == {"description", "quantity", "unit_price", "total"}
        assert unit == "G" or "G" not in printed.text("item_quantity").upper()
        products = [
            row for row in printed.rows if {"item_quantity", "item_unit_price"} <= row.labels
        ]
        assert all(row.text.count("/") <= 1 for row in products)
        arrangements.add(len(printed.rows))
    assert len(arrangements) >= 3


def test_other_trades_have_no_pump():
    till = till_of(1, change=with_pumped_fuel)
    before = sections_of(till)
    assert fuel_rows(till, before) == before


def by_rate(locale, seeds):
    for seed in seeds:
        till = till_of(seed, locale, change=with_true_rates)
        if till.sale.is_by_rate:
            till.style = replace(till.style, flags=True)
            yield till


@pytest.mark.parametrize("locale", ["pt_PT", "es_ES", "it_IT", "fr_FR", "de_DE", "pl_PL"])
def test_each_rate_has_the_tax_of_its_items(locale):
    negative = tills = 0
    for till in by_rate(locale, range(40)):
        sale = till.sale
        for place, tax in enumerate(sale.taxes):
            items = [item for item in sale.items if item.rate == place]
            assert tax.net + tax.amount == sum(item.total - item.discount for item in items)
            share = Decimal(tax.rate) / 100
            assert abs(tax.net * share - tax.amount) <= Decimal("0.011")
            negative += tax.amount < 0
        assert sum(tax.net + tax.amount for tax in sale.taxes) == sale.subtotal
        if sale.cash is not None and sale.change is not None:
            assert sale.cash - sale.change == sale.total
        tills += 1
    assert tills >= 15


def test_tax_tables_have_the_columns_of_their_language():
    for till in by_rate("pt_PT", range(20)):
        before = sections_of(till)
        rows = [row for row in all_rows(rate_table(till, before)) if row not in all_rows(before)]
        rates = [row for row in rows if "tax_rate" in row.labels]
        assert len(rates) == len(till.sale.taxes)
        assert all("tax" in row.labels for row in rates)


def test_rates_beside_names_are_those_of_the_table():
    texts_beside = set()
    for till in by_rate("pt_PT", range(30)):
        till.style = replace(till.style, flags=False)
        before = sections_of(till)
        after = rates_beside_names(till, before)
        assert labelled(after) == labelled(before)
        rates = {f"{tax.rate}%" for tax in till.sale.taxes} | {*"ABC"}
        for one, other in zip(before.items, after.items, strict=True):
            (row,) = [row for row in other.rows if row not in one.rows]
            added = Counter(row.text.split()) - Counter(
                word for row in one.rows for word in row.text.split()
            )
            assert {word.strip("()") for word in added} <= rates
            texts_beside |= added.keys()
    assert len(texts_beside) >= 5


def test_a_slip_repeats_date_and_amount_with_their_labels():
    found = set()
    for seed in range(20):
        till = till_of(seed)
        till.sale = replace(till.sale, cash=None, change=None)
        slip = card_slip(till, sections_of(till)).slip
        labels = {label for row in slip for label in row.labels}
        assert labels <= {"total", "date", "time", "payment_method", "card_last4"}
        assert "total" in labels
        found |= labels
    assert found == {"total", "date", "time", "payment_method", "card_last4"}


def test_cash_gives_no_slip_and_a_slip_of_its_own_no_items():
    till = till_of(3)
    till.sale = replace(till.sale, cash=till.sale.total, change=None)
    before = sections_of(till)
    assert card_slip(till, before) == before
    alone = print_slip(till_of(4))
    assert alone.items == () and "total" in alone.labels


def test_a_payment_without_amount_is_labelled_if_it_is_no_cash():
    seen = set()
    for seed in range(80):
        till = till_of(seed)
        before = sections_of(till)
        after = payment_without_amount(till, before)
        added = after.summary[len(before.summary) :]
        if added:
            assert till.sale.cash is None
            assert added[0].labels <= {"payment_method"}
            seen.add(bool(added[0].labels))
    assert seen == {True, False}


def test_beside_a_card_slip_no_cash_is_named():
    for seed in range(40):
        till = till_of(seed)
        slip = card_slip(till, sections_of(till))
        after = payment_without_amount(till, slip)
        if slip.slip and after != slip:
            assert after.summary[-1].labels == {"payment_method"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_a_language_can_be_filled_in(language):
    for key in read_yaml("lines/en.yaml"):
        known = lines(key, language)
        assert known and all(text.strip() for text in known), key
        slots = {slot for text in known for slot in re.findall(r"\{(\w*)\}", text)}
        assert slots <= SLOTS, key
        assert all(text.count("{") == text.count("}") for text in known)
    for table in lines("tax_tables", language):
        kinds = [column.partition(":")[0] for column in table.split(";")]
        assert set(kinds) <= COLUMNS and {"rate", "tax"} <= set(kinds), table


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_unlabelled_number_has_a_key_of_the_receipts_number(language):
    words = next(one.words for one in PRINTING_LOCALES.values() if one.language == language)
    keys = {key.rstrip(" :.#").casefold() for key in words["receipt_number"]}
    for name in ("slip", "customer_lines", "fuel_lines", "points_lines", "firm_lines"):
        for pattern in lines(name, language):
            key = re.split("[:{#]", pattern)[0].strip(" .").casefold()
            assert key not in keys or "#" not in pattern, pattern


def test_typefaces_have_the_letters_of_all_lines():
    found = {
        letter
        for language in LANGUAGES
        for key in read_yaml("lines/en.yaml")
        for text in lines(key, language)
        for letter in text
    }
    letters = "".join(sorted(found - {" "}))
    assert all(missing_glyphs(face, letters) == "" for face, _ in TYPEFACES)


def test_every_locale_prints_slips_and_tables():
    for number, locale in enumerate(LOCALES):
        till = till_of(number, locale, change=with_true_rates)
        till.sale = replace(till.sale, cash=None, change=None, cards=())
        sections = rate_table(till, card_slip(till, sections_of(till)))
        assert not any("{" in text for text in texts(all_rows(sections)))
