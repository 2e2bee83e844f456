"""Drawn receipts that lack something or are tagged wrongly, for the fit of the judgement."""

from __future__ import annotations

import random

from receipt_pages import page_of

from pipeline.data.annotated import AnnotatedPage
from pipeline.labels import OUTSIDE
from pipeline.training.judgement_data import cut_off, with_wrong_tag

RANDOM = [random.Random(seed) for seed in range(40)]


def receipt() -> AnnotatedPage:
    page, tags = page_of(
        [
            [("TEA", "item_description"), ("4.00", "item_total")],
            [("Subtotal", ""), ("4.00", "subtotal")],
            [("VAT", ""), ("0.50", "tax")],
            [("Levy", ""), ("0.30", "tax")],
            [("Total", ""), ("4.80", "total"), ("EUR", "total")],
            [("Cash", ""), ("5.00", "cash")],
        ]
    )
    fields = {"subtotal": "4.00", "tax": "0.80", "total": "4.80", "cash": "5.00"}
    annotated = frozenset((*fields, "item_total"))
    return AnnotatedPage("1", "test", page, tags.labels, annotated, fields)


def test_what_is_cut_off_is_not_on_the_receipt() -> None:
    whole = receipt()
    pieces = [cut_off(whole, rng) for rng in RANDOM]
    assert {piece.page.tokens[0].text for piece in pieces} > {"TEA", "Cash"}
    for piece in pieces:
        lines = {token.line for token in piece.page.tokens}
        assert ("subtotal" in piece.fields) == (1 in lines)
        assert ("total" in piece.fields) == (4 in lines)
        assert len(piece.tags) == len(piece.page.tokens)


def test_a_sum_without_one_of_its_parts_is_not_known() -> None:
    pieces = [cut_off(receipt(), rng) for rng in RANDOM]
    of_lines = [({token.line for token in piece.page.tokens}, piece) for piece in pieces]
    partly = [piece for lines, piece in of_lines if len(lines & {2, 3}) == 1]
    assert partly
    assert all("tax" not in piece.annotated for piece in partly)


def test_one_amount_is_tagged_as_another_or_not_at_all() -> None:
    tags = receipt().tags
    wrong = [with_wrong_tag(tags, {"total", "cash"}, rng) for rng in RANDOM]
    changed = [[n for n, tag in enumerate(one) if tag != tags[n]] for one in wrong]
    assert {tuple(places) for places in changed} == {(9, 10), (12,)}
    assert {one[9:11] for one in wrong} > {(OUTSIDE, OUTSIDE), ("B-tip", "I-tip")}
    assert with_wrong_tag(tags, {"rounding"}, RANDOM[0]) == tags
