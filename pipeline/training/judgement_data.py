"""Drawn receipts that lack something, for the fit of the judgement."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.assembly.summary.assignments import JUDGED
from pipeline.assembly.summary.options import TOTAL
from pipeline.data.annotated import AnnotatedPage
from pipeline.labels import OUTSIDE, label_of
from pipeline.text_lines.lines import read_lines

_OF_A_SALE = frozenset(JUDGED) | {
    *("item_code", "item_description", "item_quantity", "item_unit_price", "item_discount"),
    *("item_total", "tax_name", "tax_rate", "tax_net"),
    *("payment_method", "payment_amount", "card_last4"),
}
"""The labels of what stands on lines of items, sums, taxes and payments."""


def with_misread_amount(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The page with one digit of one of the summary's amounts lost or read as another."""
    tokens = list(page.page.tokens)
    places = [
        number
        for number, (token, tag) in enumerate(zip(tokens, page.tags, strict=True))
        if label_of(tag) in JUDGED and sum(map(str.isdigit, token.text)) > 1
    ]
    if not places:
        return page
    number = rng.choice(places)
    text = tokens[number].text
    at = rng.choice([at for at, character in enumerate(text) if character.isdigit()])
    other = rng.choice(["", *(digit for digit in "0123456789" if digit != text[at])])
    tokens[number] = replace(tokens[number], text=text[:at] + other + text[at + 1 :], readings=())
    return replace(page, page=replace(page.page, tokens=tuple(tokens)))


def cut_short(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The page cut off below one of its lines, as the first of several pages. What is cut off
    altogether is not on the receipt; the truth of a sum whose parts are cut off is not known."""
    lines = sorted({token.line for token in page.page.tokens})
    if len(lines) < 2:
        return page
    end = rng.choice(lines[len(lines) // 2 :])
    kept = [number for number, token in enumerate(page.page.tokens) if token.line < end]
    before, after = (
        {label: labels.count(label) for label in JUDGED}
        for labels in (
            [label_of(tag) for tag in page.tags],
            [label_of(page.tags[number]) for number in kept],
        )
    )
    gone = {label for label in JUDGED if not after[label]}
    partly = {label for label in JUDGED if 0 < after[label] < before[label]}
    return replace(
        page,
        page=replace(page.page, tokens=tuple(page.page.tokens[number] for number in kept)),
        tags=tuple(page.tags[number] for number in kept),
        annotated=page.annotated - partly,
        fields={name: text for name, text in page.fields.items() if name not in gone},
    )


def with_lone_amount(page: AnnotatedPage, rng: random.Random, bare_share: float) -> AnnotatedPage:
    """The page with its total as the only amount, as on a parking ticket or a taxi's receipt, with
    its key word or without; as it is if the total is not printed."""
    labels = [label_of(tag) or OUTSIDE for tag in page.tags]
    lines = [token.line for token in page.page.tokens]
    total = next((line for line, label in zip(lines, labels, strict=True) if label == TOTAL), None)
    if total is None:
        return page
    with_amounts = {lines[line.tokens[0]] for line in read_lines(page.page) if line.amounts} | {
        line for line, label in zip(lines, labels, strict=True) if label in _OF_A_SALE
    }
    bare = rng.random() < bare_share
    kept = [
        number
        for number, (line, label) in enumerate(zip(lines, labels, strict=True))
        if line not in with_amounts or (line == total and (label == TOTAL or not bare))
    ]
    return replace(
        page,
        page=replace(page.page, tokens=tuple(page.page.tokens[number] for number in kept)),
        tags=tuple(page.tags[number] for number in kept),
        fields={
            name: text for name, text in page.fields.items() if name == TOTAL or name not in JUDGED
        },
        items=(),
        tables=dict.fromkeys(page.tables, ()),
    )
