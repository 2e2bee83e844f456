"""Fields against document-level truth."""

import datetime
from decimal import Decimal

import pytest
from small_receipts import LABELS, annotated, field

from pipeline.evaluation.fields import field_counts, outcomes
from pipeline.evaluation.scores import Score
from pipeline.labels import Label, LabelSet, ValueType
from pipeline.receipt import AmountField, Contents


def counts(contents, truth):
    return field_counts(outcomes(contents, truth, LABELS))


def test_fields_are_compared_by_value_not_by_spelling():
    truth = annotated({"total": "RM 9.00", "date": "25/12/2018", "merchant_name": "A.B. Sdn Bhd"})
    record = Contents(
        total=field("9.00"),
        date=field(datetime.date(2018, 12, 25)),
        merchant_name=field("AB SDN BHD"),
    )
    found = counts(record, truth)
    assert found["fields.micro"] == Score(3, 3, 3)
    assert found["fields.total"] == Score(1, 1, 1)
    assert found["fields.total.exact"] == Score(0, 1, 1)  # "9.00" is not "RM 9.00"
    assert found["fields.merchant_name.similar"] == Score(1, 1, 1)


@pytest.mark.parametrize(
    ("value", "published", "right"),
    [
        ("12.345", "12.345", 1),
        ("12.345", "12.345 l", 1),
        ("12.346", "12.345", 0),
        ("3", "3.000", 1),
    ],
)
def test_quantities_are_compared_to_their_last_decimal(value, published, right):
    litres = Label(name="litres", type=ValueType.QUANTITY)
    truth = annotated({"litres": published}, annotated=("litres",))
    found = AmountField(
        type=ValueType.QUANTITY, value=Decimal(value), text=value, confidence=1, boxes=[]
    )
    scored = outcomes(
        Contents(extra={"litres": found}), truth, LabelSet(name="fuel", labels=(litres,))
    )
    assert field_counts(scored)["fields.litres"] == Score(right, 1, 1)
    assert scored[0].value is not None and Decimal(scored[0].value) == Decimal(value)


def test_letters_are_equal_however_unicode_writes_them():
    truth = annotated({"merchant_name": "Café Straße"})
    for text, right in (("CAFE\u0301 STRASSE", 1), ("ＣＡＦÉ straße", 1), ("Cafe Straße", 0)):
        found = counts(Contents(merchant_name=field(text)), truth)
        assert found["fields.merchant_name"].correct == right


def test_letter_for_letter_but_for_white_space():
    truth = annotated({"merchant_name": "A  B Sdn"})
    same = counts(Contents(merchant_name=field("A B Sdn")), truth)
    other = counts(Contents(merchant_name=field("A B SDN")), truth)
    assert (same["fields.merchant_name.exact"].f1, other["fields.merchant_name.exact"].f1) == (1, 0)
    assert other["fields.merchant_name"].f1 == 1


def test_wrong_missing_and_invented_values():
    truth = annotated({"total": "9.00", "date": "25/12/2018"})
    found = counts(Contents(total=field("8.00"), merchant_name=field("Shop")), truth)
    assert found["fields.total"] == Score(0, 1, 1)
    assert found["fields.date"] == Score(0, 0, 1)
    assert found["fields.merchant_name"] == Score(0, 1, 0)
    assert found["fields.micro"] == Score(0, 2, 2)


def test_labels_that_the_source_does_not_annotate_do_not_count():
    assert "fields.tip" not in counts(Contents(tip=field("1.00")), annotated())


def test_a_label_marked_without_one_published_value_does_not_count():
    two_taxes = annotated(annotated=("tax",), tags=("B-tax", "B-tax"))
    assert "fields.tax" not in counts(Contents(tax=field("1.00")), two_taxes)


@pytest.mark.parametrize(("day", "right"), [((3, 4), 1), ((4, 3), 1), ((4, 4), 0)])
def test_a_published_date_counts_in_either_order_and_no_other(day, right):
    month, number = day
    record = Contents(date=field(datetime.date(2018, month, number)))
    assert counts(record, annotated({"date": "03/04/2018"}))["fields.date"].f1 == right


def test_four_fifths_of_the_letters_are_similar():
    truth = annotated({"merchant_name": "abcdefghij"})
    # fuzz.ratio is 2 * equal / all letters: 16 / 20 and 14 / 20.
    alike = counts(Contents(merchant_name=field("abcdefghxy")), truth)
    other = counts(Contents(merchant_name=field("abcdefgxyz")), truth)
    assert alike["fields.merchant_name.similar"].f1 == 1
    assert other["fields.merchant_name.similar"].f1 == 0


def test_phones_by_digits_with_the_trunk_zero_or_without():
    truth = annotated({"merchant_phone": "+49 (0) 189 6647025"}, ("merchant_phone",))
    for text, right in (("+491896647025", 1), ("+4901896647025", 1), ("+491896647026", 0)):
        found = counts(Contents(merchant_phone=field(text)), truth)
        assert found["fields.merchant_phone"].correct == right
