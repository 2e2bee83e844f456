"""Tickets: drawn receipts with one amount, which is the total whatever announces it."""

from __future__ import annotations

import random
import re
from collections import Counter
from decimal import Decimal

import pytest
from drawn_checks import assert_tags_are_valid_and_boxes_lie_on_the_page, read_with_true_tags

from pipeline.labels import label_of
from pipeline.synthetic.content.catalog import KINDS
from pipeline.synthetic.content.tickets import TICKETS, draw_ticket_kind
from pipeline.synthetic.generate import (
    LOCALES,
    draw_annotated,
    draw_receipt,
    draw_ticket,
)
from pipeline.world.languages import languages

AMOUNTS = {
    *("item_total", "item_unit_price", "item_discount", "subtotal", "discount", "tip", "rounding"),
    *("service_charge", "total", "cash", "change", "payment_amount"),
}


@pytest.fixture(scope="module")
def tickets():
    return [draw_ticket(seed) for seed in range(300)]


def labels_of(drawn):
    return Counter(label_of(token.tag) for token in drawn.tokens if token.tag.startswith("B-"))


def key_of(drawn):
    """The words before the amount on its line, or on the line above."""
    at = next(i for i, token in enumerate(drawn.tokens) if token.tag == "B-total")
    line = drawn.tokens[at].line
    beside = [token for token in drawn.tokens if token.line == line and token.tag == "O"]
    above = [token for token in drawn.tokens if token.line == line - 1 and token.tag == "O"]
    return " ".join(token.text for token in beside or above)


def test_the_only_amount_is_the_total(tickets):
    lone = [drawn for drawn in tickets if not labels_of(drawn)["item_total"]]
    assert len(lone) >= 0.8 * len(tickets)
    for drawn in lone:
        found = labels_of(drawn)
        assert {label: found[label] for label in AMOUNTS & found.keys()} == {"total": 1}, drawn.id
        assert all("total" not in item for item in drawn.items)


def test_a_total_below_the_good_leaves_its_price_an_item_total(tickets):
    summed = [drawn for drawn in tickets if labels_of(drawn)["item_total"]]
    assert summed
    for drawn in summed:
        found = labels_of(drawn)
        assert (found["item_total"], found["total"]) == (1, 1)
        assert drawn.items[0]["total"] == drawn.fields["total"]


def test_the_total_is_announced_by_many_words_by_the_good_or_by_nothing(tickets):
    keys = Counter(key_of(drawn).casefold().strip(" :*.") for drawn in tickets)
    assert len(keys) >= 80
    on_the_good = [
        drawn
        for drawn in tickets
        if not labels_of(drawn)["item_total"]
        and {token.line for token in drawn.tokens if token.tag == "B-total"}
        & {token.line for token in drawn.tokens if token.tag == "B-item_description"}
    ]
    alone = [
        drawn
        for drawn in tickets
        for token in drawn.tokens
        if token.tag == "B-total"
        and {label_of(one.tag) for one in drawn.tokens if one.line == token.line} == {"total"}
    ]
    assert len(on_the_good) >= 30
    assert len(alone) >= 50


def test_with_true_tags_every_total_and_no_subtotal_is_read(tickets, labels):
    for drawn in tickets[:120]:
        read = read_with_true_tags(drawn, labels)
        assert read.total is not None, drawn.id
        assert read.total.value == Decimal(drawn.fields["total"]), drawn.id
        assert read.subtotal is None


def test_tags_are_valid_and_boxes_lie_on_the_page(tickets):
    for drawn in tickets:
        assert_tags_are_valid_and_boxes_lie_on_the_page(drawn)


def test_every_locale_and_trade_can_be_drawn():
    for number, locale in enumerate(LOCALES):
        for kind in TICKETS:
            drawn = draw_ticket(number, locale, kind)
            assert (drawn.locale, drawn.kind) == (locale, kind)
            assert "total" in drawn.fields
    assert {draw_ticket_kind(random.Random(n)) for n in range(200)} == set(TICKETS)
    with pytest.raises(KeyError):
        draw_ticket(1, kind=next(kind for kind in KINDS if kind not in TICKETS))


def test_the_same_seed_draws_the_same_and_tax_and_cards_stand_beside(tickets):
    assert draw_ticket(7) == tickets[7] != draw_ticket(8)
    assert sum(bool(drawn.tables["taxes"]) for drawn in tickets) >= 10
    assert sum(bool(drawn.tables["payments"]) for drawn in tickets) >= 50


def test_the_share_leaves_all_other_receipts_as_they_are():
    without = list(draw_annotated(60, 500, ticket_share=0))
    some = list(draw_annotated(60, 500, ticket_share=0.3))
    changed = [number for number in range(60) if without[number] != some[number]]
    assert 8 <= len(changed) <= 30
    for number in changed:
        assert some[number].id == draw_ticket(500 + number).id
    assert without[0].id == draw_receipt(500).id
    assert all(page.fields.get("total") for page in draw_annotated(5, 1, ticket_share=1))


def test_patterns_of_lines_name_what_can_be_filled_in():
    known = set("in out day stay plate city street name number km letter".split())
    for language in languages():
        for words in TICKETS.values():
            for pattern in language.printing[words.lines]:
                slots = {part.partition("}")[0] for part in pattern.split("{")[1:]}
                assert slots <= known, (language.name, pattern)
            assert language.printing[words.total]


def test_no_line_has_a_key_that_announces_the_receipts_number():
    """Numbers on these lines have no label."""
    for language in languages():
        keys = {key.rstrip(" :.#").casefold() for key in language.printing["receipt_number"]}
        for words in TICKETS.values():
            for pattern in language.printing[words.lines]:
                key = re.split("[:{#]", pattern)[0].strip(" .").casefold()
                assert key not in keys or "#" not in pattern, (language.name, pattern)
