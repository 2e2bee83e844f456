"""Line items lost by each stage in turn."""

import pytest
from small_receipts import LABELS, annotated, case, item, page_of

from pipeline.evaluation.item_blame import lost_items
from pipeline.receipt import Contents

PAGE = page_of("Green tea 3.00", "Lemonade 4.50")
TAGS = (
    *("B-item_description", "I-item_description", "B-item_total"),
    *("B-item_description", "B-item_total"),
)
ITEMS = (
    {"description": "Green tea", "total": "3.00"},
    {"description": "Lemonade", "total": "4.50"},
)
TRUTH = annotated(annotated=("item_description", "item_total"), page=PAGE, tags=TAGS, items=ITEMS)
LEMONADE = Contents(items=[item("Lemonade", "4.50")])


def lost(contents=LEMONADE, tags=TAGS, page=None, truth=TRUTH):
    counts = lost_items([case(truth, contents, tags, page)], LABELS)
    return {name: count for name, count in counts.items() if count}


def test_found_items_are_nobodys_fault():
    both = Contents(items=[item("Green tea", "3.00"), item("Lemonade", "4.50")])
    assert lost(both) == {"found": 2}


@pytest.mark.parametrize("line", ["Grmm kxx 3.00", "Green tea 8.00"])
def test_what_was_not_read(line):
    assert lost(page=page_of(line, "Lemonade 4.50")) == {"found": 1, "ocr": 1}


def test_what_was_not_tagged():
    assert lost(tags=("O", "O", *TAGS[2:])) == {"found": 1, "tagging": 1}
    assert lost(tags=(*TAGS[:2], "O", *TAGS[3:])) == {"found": 1, "tagging": 1}


def test_what_was_tagged_and_not_put_together():
    assert lost() == {"found": 1, "assembly": 1}


def test_what_does_not_stand_on_the_annotated_page():
    other = ({"description": "Green tea", "total": "7.77"}, ITEMS[1])
    truth = annotated(annotated=TRUTH.annotated, page=PAGE, tags=TAGS, items=other)
    assert lost(truth=truth) == {"found": 1, "truth": 1}


def test_sources_without_line_items_have_no_such_counts():
    assert lost_items([case(annotated())], LABELS) == {}
