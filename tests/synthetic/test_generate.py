"""Drawn receipts: every label, valid tags, sums that hold, the same for the same seed."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from drawn_checks import (
    assert_iob2,
    assert_tags_are_valid_and_boxes_lie_on_the_page,
    read_with_true_tags,
)

from pipeline.labels import label_of
from pipeline.synthetic.augmentation.box_distortion import distort_boxes
from pipeline.synthetic.augmentation.ocr_errors import add_ocr_noise
from pipeline.synthetic.content.printing_locales import PRINTING_LOCALES
from pipeline.synthetic.content.tax_ids import draw_tax_id
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import KINDS, LABELS, LOCALES, draw_annotated, draw_receipt
from pipeline.world.tax_numbers import has_right_check_digits


@pytest.fixture(scope="module")
def receipts():
    return [draw_receipt(seed) for seed in range(300)]


def test_every_label_of_the_default_set_occurs(receipts, labels):
    counts = Counter(token.tag for receipt in receipts for token in receipt.tokens)
    assert set(labels.names) == LABELS
    assert all(counts[f"B-{name}"] >= 10 for name in LABELS)


def test_every_label_stands_on_3_percent_of_the_receipts(receipts):
    counts = Counter(
        label
        for receipt in receipts
        for label in {label_of(token.tag) for token in receipt.tokens} - {None}
    )
    assert {label for label, count in counts.items() if count >= 0.03 * len(receipts)} == LABELS


def test_every_locale_and_kind_can_be_drawn():
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
        assert_tags_are_valid_and_boxes_lie_on_the_page(receipt)


def test_sums_hold(receipts):
    for receipt in receipts:
        fields = receipt.fields
        if "cash" in fields and "change" in fields:
            assert Decimal(fields["cash"]) - Decimal(fields["change"]) == Decimal(fields["total"])
        for item in receipt.items:
            if {"quantity", "unit_price"} <= item.keys():
                product = Decimal(item["quantity"]) * Decimal(item["unit_price"])
                assert abs(product - Decimal(item["total"])) <= Decimal("0.5")


def test_tables_add_up(receipts):
    taxed = paid = 0
    for receipt in receipts:
        fields, taxes, payments = receipt.fields, *receipt.tables.values()
        for tax in taxes:
            if {"rate", "net"} <= tax.keys():
                product = Decimal(tax["net"]) * Decimal(tax["rate"]) / 100
                slack = 1 if is_whole(tax) else Decimal("0.02")
                assert abs(product - Decimal(tax["amount"])) <= slack, receipt.id
                taxed += 1
        amounts = [Decimal(payment["amount"]) for payment in payments if "amount" in payment]
        if len(amounts) > 1:
            assert sum(amounts) == Decimal(fields["total"])
            paid += 1
    assert taxed >= 50 and paid >= 10


def is_whole(tax):
    return all(tax[name].endswith(".00") for name in ("net", "amount"))


def test_tax_numbers_have_right_check_digits():
    verdicts = []
    for locale in LOCALES:
        country = PRINTING_LOCALES[locale]
        number = "".join(filter(str.isalnum, draw_tax_id(random.Random(locale), country)))
        verdicts.append(has_right_check_digits(number, country.country))
    assert False not in verdicts
    assert verdicts.count(True) >= 20


@pytest.mark.parametrize(
    ("locale", "shape"), [("de_DE", ","), ("id_ID", "."), ("en_US", "."), ("ja_JP", "¥")]
)
def test_totals_in_each_number_format_are_assembled(locale, shape, labels):
    right = 0
    drawn = [draw_receipt(seed, locale) for seed in range(40)]
    for receipt in drawn:
        contents = read_with_true_tags(receipt, labels)
        right += contents.total is not None and contents.total.value == Decimal(
            receipt.fields["total"]
        )
    assert right >= 38
    assert any(shape in token.text for receipt in drawn for token in receipt.tokens)


def test_items_add_up_to_the_printed_subtotal():
    """Of receipts that print every line total: items less their discounts."""
    checked = 0
    for seed in range(400, 520):
        receipt = draw_receipt(seed)
        amounts = [item.get("total") for item in receipt.items]
        if "subtotal" in receipt.fields and "discount" not in receipt.fields and all(amounts):
            total = sum(Decimal(amount) for amount in amounts)
            taxes = Decimal(receipt.fields.get("tax", 0))
            assert Decimal(receipt.fields["subtotal"]) in (total, total - taxes), receipt.id
            checked += 1
    assert checked >= 10


def test_totals_of_one_receipt_are_all_the_same(receipts, labels):
    repeated = 0
    for receipt in receipts[:60]:
        total = Decimal(receipt.fields["total"])
        spans = [token.text for token in receipt.tokens if token.tag == "B-total"]
        digits = f"{total:.2f}".replace(".", "").rstrip("0")
        tokens = [t.text for t in receipt.tokens if label_of(t.tag) == "total"]
        printed = "".join(c for text in tokens for c in text if c.isdigit())
        assert printed.count(digits) >= len(spans), receipt.id
        repeated += len(spans) > 1
    assert repeated >= 15


def test_key_words_name_no_foreign_currency():
    assert not any("EUR" in word for word in PRINTING_LOCALES["de_CH"].words["total"])
    assert any("EUR" in word for word in PRINTING_LOCALES["de_DE"].words["total"])
    assert any("R$" in word for word in PRINTING_LOCALES["pt_BR"].words["total"])
    assert not any("R$" in word for word in PRINTING_LOCALES["pt_PT"].words["total"])


def test_word_lists_of_all_countries_are_complete():
    keys = {key for country in PRINTING_LOCALES.values() for key in country.words}
    for country in PRINTING_LOCALES.values():
        common = PRINTING_LOCALES["en_US"].words.keys()
        assert common <= country.words.keys()
        assert all(
            word.strip() for key in keys & country.words.keys() for word in country.words[key]
        )
        assert len(country.words["months"]) == 12
        assert len(country.words["days"]) == 7
        assert len(country.words["tax_table"]) == 4


def test_german_dates_are_assembled(labels):
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


def test_distorted_boxes_stay_on_the_page(receipts):
    for number, receipt in enumerate(receipts[:60]):
        page = annotated_page(receipt)
        seen = distort_boxes(page, random.Random(number))
        assert seen.tags == page.tags
        assert [token.text for token in seen.page.tokens] == [t.text for t in page.page.tokens]
        for token in seen.page.tokens:
            assert -1 <= token.box.x0 <= token.box.x1 <= seen.page.width + 1
            assert -1 <= token.box.y0 <= token.box.y1 <= seen.page.height + 1


def test_noise_merges_splits_and_adds_words(receipts):
    effects = Counter()
    for number, receipt in enumerate(receipts):
        page = annotated_page(receipt)
        noisy = add_ocr_noise(page, random.Random(number))
        before = [token.text for token in page.page.tokens]
        after = [token.text for token in noisy.page.tokens]
        effects["lines"] += len({t.line for t in noisy.page.tokens}) < len(
            {t.line for t in page.page.tokens}
        )
        effects["more"] += len(after) > len(before)
        effects["fewer"] += len(after) < len(before)
        effects["misread"] += bool(set(after) - set(before))
    assert all(effects[name] >= 5 for name in ("lines", "more", "fewer", "misread")), effects


def test_draw_annotated_gives_the_same_pages_twice():
    assert list(draw_annotated(5, seed=3)) == list(draw_annotated(5, seed=3))


def first_of(label, page):
    """The first word of the first span; empty if there is none."""
    begins = (i for i, tag in enumerate(page.tags) if tag == f"B-{label}")
    return next((page.page.tokens[i].text for i in begins), "")


def test_the_first_of_several_phones_is_the_truth(receipts):
    for page in map(annotated_page, receipts):
        first = "".join(filter(str.isdigit, first_of("merchant_phone", page)))
        phone = page.fields.get("merchant_phone", "")
        assert "".join(filter(str.isdigit, phone)).startswith(first)


def test_a_time_beside_the_date_is_the_truth(receipts):
    for page in map(annotated_page, receipts):
        day = page.fields.get("date") and first_of("date", page)
        beside = {
            token.text
            for line in page.page.lines()
            if any(page.page.tokens[i].text == day for i in line)
            for i in line
            if ":" in (token := page.page.tokens[i]).text and page.tags[i] == "O"
        }
        assert not {text for text in beside if text.replace(":", "").isdigit()}


def test_a_third_of_the_receipts_are_of_real_brands(receipts):
    brands = [receipt for receipt in receipts if receipt.brand]
    assert 0.25 < len(brands) / len(receipts) < 0.45
    names = [receipt.fields.get("merchant_name", "") for receipt in brands]
    alone = [name for name, one in zip(names, brands, strict=True) if name == one.brand.upper()]
    assert len(alone) >= 20


def test_a_brand_changes_only_lines_of_the_merchant():
    for seed in range(12):
        invented = draw_receipt(seed, "en_US", "fuel", brand_share=0)
        real = draw_receipt(seed, "en_US", "fuel", brand_share=1)
        assert not invented.brand
        name = {"merchant_name"}
        assert {k: v for k, v in real.fields.items() if k not in name} == {
            k: v for k, v in invented.fields.items() if k not in name
        }


def test_of_a_brand_and_its_firm_malaysia_labels_the_firm():
    drawn = [draw_receipt(seed, "en_MY", "restaurant", brand_share=1) for seed in range(60)]
    firms = [r for r in drawn if "BHD" in r.fields.get("merchant_name", "").upper()]
    above = [r.tokens[0] for r in firms if r.tokens[0].text == r.brand.upper().split()[0]]
    assert any(token.tag == "O" for token in above)
