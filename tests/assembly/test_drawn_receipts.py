"""Drawn receipts with perfect tokens and tags, sound and with one digit misread."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest
from receipt_pages import LABELS

from pipeline.assembly.assemble import assemble
from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page, Reading
from pipeline.evaluation.fields import field_counts, outcomes
from pipeline.evaluation.items import item_counts
from pipeline.evaluation.scores import Score, total
from pipeline.labels import ValueType, label_of
from pipeline.receipt import Contents, Field
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.types import Tags

SEED, RECEIPTS = 50_000, 150
NEW = ("receipt_number", "merchant_tax_id", "service_charge", "rounding", "discount")
AMOUNTS = {label.name for label in LABELS.labels if label.type is ValueType.AMOUNT}


@cache
def drawn() -> list[AnnotatedPage]:
    return [annotated_page(draw_receipt(seed)) for seed in range(SEED, SEED + RECEIPTS)]


def perfect(page: AnnotatedPage) -> Tags:
    return Tags(tuple(page.tags), (1.0,) * len(page.tags))


@cache
def assembled() -> list[Contents]:
    return [assemble(page.page, perfect(page), LABELS) for page in drawn()]


def test_fields_and_items_of_perfect_tokens_and_tags() -> None:
    counts: list[dict[str, Score]] = [
        {
            **field_counts(outcomes(contents, page, LABELS)),
            **item_counts(contents, page, LABELS),
        }
        for page, contents in zip(drawn(), assembled(), strict=True)
    ]
    # Of the fields, some two-digit dates are open to two readings.
    least = dict.fromkeys(("fields.micro", "items.lenient", "items.strict"), 0.99)
    least |= dict.fromkeys(("taxes.strict", "payments.strict"), 0.98)
    least |= {f"fields.{name}": 0.98 for name in NEW}
    for name, share in least.items():
        assert total(count[name] for count in counts if name in count).f1 >= share, name


@dataclass(frozen=True)
class Misread:
    """What one wrong digit did: to the amount itself, and to how many of the other fields."""

    repaired: bool
    others: int
    changed: int


def misread() -> Iterator[Misread]:
    """One digit of a random amount of each receipt read as another; held possible were the right
    one too, and of every amount another digit."""
    for page, sound in zip(drawn(), assembled(), strict=True):
        wrong = with_wrong_digit(page, random.Random(page.id), readings=True)
        if wrong is None:
            continue
        before, after = fields(sound), fields(assemble(wrong, perfect(page), LABELS))
        hit = {
            name
            for name, field in before.items()
            if name in after and field.text != after[name].text
        }
        if not hit:
            continue  # an amount that the record does not hold
        others = before.keys() - hit
        yield Misread(
            repaired=all(after[name].value == before[name].value for name in hit),
            others=len(others),
            changed=sum(
                name not in after or after[name].value != before[name].value for name in others
            ),
        )


def with_wrong_digit(page: AnnotatedPage, rng: random.Random, readings: bool) -> Page | None:
    places = [
        index
        for index, (token, tag) in enumerate(zip(page.page.tokens, page.tags, strict=True))
        if label_of(tag) in AMOUNTS and any(map(str.isdigit, token.text))
    ]
    if not places:
        return None
    tokens = list(page.page.tokens)
    chosen = rng.choice(places)
    for place in places:
        text = tokens[place].text
        other, wrong = (with_other_digit(text, rng) for _ in range(2))
        possible = {text: 0.75, other: 0.25}
        if place == chosen:
            possible = {text: 0.4, wrong: 0.5, other: 0.1}
        ranked = sorted(possible.items(), key=lambda pair: -pair[1])
        seen = tuple(Reading(*pair) for pair in ranked) if readings else ()
        tokens[place] = replace(tokens[place], text=ranked[0][0], readings=seen)
    return replace(page.page, tokens=tuple(tokens))


def with_other_digit(text: str, rng: random.Random) -> str:
    at = rng.choice([at for at, character in enumerate(text) if character.isdigit()])
    digit = rng.choice([digit for digit in "0123456789" if digit != text[at]])
    return text[:at] + digit + text[at + 1 :]


def fields(contents: Contents) -> dict[str, Field[object]]:
    """Every field of the record by its path."""
    found = {name: value for name, value in contents if isinstance(value, Field)}
    for number, item in enumerate(contents.items):
        found |= {f"{number}.{name}": value for name, value in item if value is not None}
    return found


@pytest.fixture(scope="module")
def results() -> list[Misread]:
    return list(misread())


def test_most_misread_digits_are_repaired(results: list[Misread]) -> None:
    repaired = Counter(result.repaired for result in results)
    assert repaired[True] / repaired.total() >= 0.6


def test_almost_nothing_else_changes(results: list[Misread]) -> None:
    assert sum(r.changed for r in results) / sum(r.others for r in results) < 0.01


def test_without_readings_no_digit_is_changed() -> None:
    for page in drawn()[:40]:
        wrong = with_wrong_digit(page, random.Random(page.id), readings=False)
        if wrong is not None:
            contents = assemble(wrong, perfect(page), LABELS)
            assert "repaired" not in contents.model_dump_json()
