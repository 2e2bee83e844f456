"""Line items, matched one to one."""

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


def test_a_source_without_line_items_has_no_such_figure():
    assert item_counts(Contents(items=[item("Tea", "1")]), annotated(), LABELS) == {}
