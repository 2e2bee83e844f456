"""Lines that seem to name the total: the Turkish lira, and what a ticket was for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.evaluation.items import item_counts
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_ticket
from pipeline.tagging.types import Tags


@pytest.mark.parametrize(
    "line",
    [
        "-0.50TL{item_discount}",
        "-0.50{item_discount} TL{item_discount}",
        "KUPON -0.50TL{item_discount}",
        "İSKONTO -0,50TL{item_discount}",
        "İND. -0,50{item_discount} TL{item_discount}",
    ],
)
def test_the_turkish_lira_names_no_total(line: str) -> None:
    mark = "," if "," in line else "."
    lines = [f"SU{{d}} 2{mark}50TL{{t}}", line, f"TOPLAM 2{mark}00TL{{total}}"]
    (item,) = assemble(*typed_page(lines), LABELS).items
    assert item.total and item.total.value == Decimal("2.50")
    assert item.discount and item.discount.value == Decimal("0.50")


@pytest.mark.parametrize("name", ["TOLL{d}", "DAY{d} ROVER{d}", "1{q} PARKING{d}", "FARE{d} 2H{d}"])
@pytest.mark.parametrize("drop", [-3, 0, 3])
def test_what_was_bought_beside_the_only_amount(name: str, drop: int) -> None:
    page, tags = typed_page(["SHOP{merchant_name}", "", f"{name}   42.00{{total}}"])
    tokens = [
        replace(one, box=replace(one.box, y0=one.box.y0 + drop, y1=one.box.y1 + drop))
        if one.text == "42.00"
        else one
        for one in page.tokens
    ]
    contents = assemble(replace(page, tokens=tuple(tokens)), tags, LABELS)
    (item,) = contents.items
    assert item.description
    assert contents.total and contents.total.value == 42


def test_what_names_the_total_was_not_bought() -> None:
    contents = assemble(*typed_page(["SHOP{merchant_name}", "TOTAL{d}  42.00{total}"]), LABELS)
    assert not contents.items


@pytest.mark.parametrize("seed", [61008, 61073, 61095, 61114, 61138])
def test_drawn_tickets(seed: int) -> None:
    page = annotated_page(draw_ticket(seed))
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    found = item_counts(assemble(page.page, tags, LABELS), page, LABELS)["items.strict"]
    assert found.correct == found.predicted == found.true
