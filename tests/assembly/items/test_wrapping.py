"""Names that go on below their totals: with a mark, or as a number alone."""

from __future__ import annotations

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.evaluation.items import item_counts
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.types import Tags


@pytest.mark.parametrize(
    "rest",
    ["&{|d} MASH{d}", "&{|d} CHIPS{d} M{d}", "DAY{|d}", "750{|d}", "500{|d}", "80/20{|d} ICE{d}"],
)
def test_the_rest_of_a_name_may_begin_with_a_mark_or_be_a_number(rest: str) -> None:
    first = ["2{q} RED{d}   4.00{t}", "   WINE{|d}", "2{q} FISH{d}   6.00{t}", "   PIE{|d}"]
    lines = [*first, "1{q} PIE{d}    5.00{t}", f"   {rest}", "TOTAL    15.00{total}"]
    items = assemble(*typed_page(lines), LABELS).items
    assert [item.total and item.total.value for item in items] == [4, 6, 5]
    name = " ".join(word.split("{")[0] for word in rest.split())
    assert items[2].description and items[2].description.value == f"PIE {name}"


@pytest.mark.parametrize("seed", [61112, 61273])
def test_drawn_wrapped_names(seed: int) -> None:
    page = annotated_page(draw_receipt(seed))
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    found = item_counts(assemble(page.page, tags, LABELS), page, LABELS)["items.strict"]
    assert found.correct == found.predicted == found.true
