"""Drawn receipts that lack something or are tagged wrongly, for the fit of the judgement."""

from __future__ import annotations

import random
from collections.abc import Sequence, Set
from dataclasses import replace

from pipeline.assembly.summary.assignments import JUDGED
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.tags import spans
from pipeline.labels import label_of, tag_of


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


def cut_off(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The page cut off below or above one of its lines, as one of several pages. What is cut off
    altogether is not on the receipt; the truth of a sum whose parts are cut off is not known."""
    lines = sorted({token.line for token in page.page.tokens})
    if len(lines) < 2:
        return page
    half = len(lines) // 2
    first, end = rng.choice(
        ((0, rng.choice(lines[half:])), (rng.choice(lines[half:]), lines[-1] + 1))
    )
    kept = [n for n, token in enumerate(page.page.tokens) if first <= token.line < end]
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


def with_wrong_tag(tags: Sequence[str], amounts: Set[str], rng: random.Random) -> tuple[str, ...]:
    """The tags, those of one amount exchanged for another label of the summary or for none.

    Args:
        amounts: the labels of amounts.
    """
    of_amounts = [span for span in spans(tags) if span[0] in amounts]
    if not of_amounts:
        return tuple(tags)
    label, first, end = rng.choice(of_amounts)
    other = rng.choice([None, *(one for one in JUDGED if one != label)])
    exchanged = [tag_of(other, inside=n > first) for n in range(first, end)]
    return (*tags[:first], *exchanged, *tags[end:])
