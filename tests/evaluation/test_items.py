"""Line items, matched one to one."""

from decimal import Decimal

import pytest
from small_receipts import LABELS, annotated, item

from pipeline.evaluation.items import item_counts, lenient, match_items
from pipeline.evaluation.scores import Score
from pipeline.receipt import Contents

ITEM_LABELS = ("item_description", "item_quantity", "item_total")


def test_items_match_one_to_one():
    truth = ({"description": "Coffee", "total": "2.00"}, {"description": "Coffee", "total": "2.00"})
    assert match_items([item("Cofee", "2")], truth, lenient) == Score(1, 1, 2)
    assert match_items([item("Coffee", "2.10")], truth, lenient) == Score(0, 1, 2)
    assert match_items([], truth, lenient) == Score(0, 0, 2)


def test_the_assignment_finds_the_most_matches():
    # Taken greedily, "Tea large" could take the only partner of "Tea larg".
    truth = ({"description": "Tea large", "total": "3"}, {"description": "Tea larg", "total": "3"})
    found = [item("Tea large", "3"), item("Tea larg", "3")]
    assert match_items(found, truth, lenient).correct == 2


def test_strict_needs_every_annotated_column():
    truth = annotated(
        annotated=ITEM_LABELS,
        items=({"description": "Coffee", "quantity": "2", "total": "4.00"},),
    )
    for found, strict in (
        (item("COFFEE", "4", quantity="2"), 1),
        (item("Cofee", "4", quantity="2"), 0),
        (item("Coffee", "4"), 0),
        (item("Coffee", "4", quantity="1"), 0),
    ):
        counts = item_counts(Contents(items=[found]), truth, LABELS)
        assert counts["items.lenient"] == Score(1, 1, 1)
        assert counts["items.strict"].correct == strict


@pytest.mark.parametrize(
    ("price", "row", "value"),
    [
        ("1.463", {"total": "10,84", "quantity": "7.411"}, "1.463"),
        ("1.509€/L", {"total": "10.00€", "quantity": "6,63L"}, "1.509"),
        ("1,144", {"quantity": "25,00 l"}, "1.144"),
        ("2.200", {"total": "50.00", "quantity": "22.73"}, "2.2"),
        ("1.500", {"total": "1.50", "quantity": "1.000"}, "1.5"),
        ("3.399", {"total": "$37.01", "quantity": "10.889"}, "3.399"),
        ("12.000", {"total": "24.000", "quantity": "2"}, "12000"),
        ("12.000", {"quantity": "2"}, "12000"),
        ("12.000", {"total": "6.000", "quantity": "0,5"}, "12000"),
        ("1.640", {"total": "3.280,00", "quantity": "2"}, "1640"),
        ("1,250.00", {"total": "2,500.00", "quantity": "2"}, "1250"),
    ],
)
def test_three_digits_behind_a_mark_are_decimals_of_a_price_per_measure(
    price: str, row: dict[str, str], value: str
) -> None:
    truth = annotated(
        annotated=("item_description", "item_unit_price"),
        items=({"description": "Unleaded", "unit_price": price, **row},),
    )
    for found, right in (
        (Decimal(value), 1),
        (Decimal(value) * 1000, 0),
        (Decimal(value) / 1000, 0),
    ):
        contents = Contents(items=[item("Unleaded", "1", unit_price=str(found))])
        assert item_counts(contents, truth, LABELS)["items.strict"].correct == right


def test_a_source_without_line_items_has_no_such_figure():
    assert item_counts(Contents(items=[item("Tea", "1")]), annotated(), LABELS) == {}
