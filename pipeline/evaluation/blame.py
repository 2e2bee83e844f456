"""Attribute each wrong field to the stage that lost it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from pipeline.assembly.spans import spans_of
from pipeline.assembly.values.canonical import PUBLISHED_ORDERS, canonical
from pipeline.data.tags import spans
from pipeline.document import Page
from pipeline.evaluation.cases import Case
from pipeline.evaluation.fields import Outcome, digits, letters, same
from pipeline.evaluation.scores import Score, total
from pipeline.labels import LabelSet, ValueType


class Stage(StrEnum):
    """The stages that can lose a field, in order."""

    TRUTH = "truth"  # the annotation disagrees with itself about the value
    OCR = "ocr"  # not read
    TAGGING = "tagging"  # read, but not tagged as what it is
    ASSEMBLY = "assembly"  # tagged, but another value came out


def blame(outcome: Outcome, case: Case, label_set: LabelSet) -> Stage | None:
    """The first stage that made the true value impossible; ``None`` for a right field.

    If the receipt has no true value, tagging is wrong if it tagged tokens so, otherwise assembly.
    """
    if outcome.right:
        return None
    kind = label_set[outcome.label].type
    tagged = [
        span.text for span in spans_of(case.reading.page, case.tags) if span.label == outcome.label
    ]
    if outcome.truth is None:
        return Stage.TAGGING if tagged else Stage.ASSEMBLY
    if _is_doubtful(outcome, case, kind):
        return Stage.TRUTH
    if not _is_on_page(case.reading.page, case.reading.gold, outcome, kind):
        return Stage.OCR
    return Stage.ASSEMBLY if _is_tagged(tagged, outcome.truth, kind) else Stage.TAGGING


def stage_costs(found: Sequence[tuple[Outcome, Stage | None]]) -> dict[str, dict[str, float]]:
    """For each stage: the fields it lost, and the gain of the F1 over all fields (micro) if they
    were right."""
    base = total(_score(outcome, outcome.right) for outcome, _ in found)
    costs: dict[str, dict[str, float]] = {}
    for stage in Stage:
        fixed = total(_score(outcome, outcome.right or lost is stage) for outcome, lost in found)
        costs[stage.value] = {
            "fields": sum(lost is stage for _, lost in found),
            "f1_cost": round(fixed.f1 - base.f1, 4),
        }
    return costs


def _score(outcome: Outcome, right: bool) -> Score:
    """The counts of a field; a corrected field has its true value, if there is one."""
    true = int(outcome.truth is not None)
    if right:
        return Score(true, true, true)
    return Score(0, int(outcome.value is not None), true)


def _is_doubtful(outcome: Outcome, case: Case, kind: ValueType) -> bool:
    """Whether the annotation contradicts itself: its page does not contain the published value, or
    it gives the predicted value the same label too."""
    return (
        outcome.truth is None
        or canonical(outcome.truth, kind) is None
        or not _is_on_page(case.truth.page, case.truth.tags, outcome, kind)
        or _also_marked(outcome, case, kind)
    )


def _is_on_page(page: Page, gold: Sequence[str] | None, outcome: Outcome, kind: ValueType) -> bool:
    """Whether the true value is on the page, or in the tokens that really have its label."""
    truth = outcome.truth or ""
    if contains([token.text for token in page.tokens], truth, kind):
        return True
    return gold is not None and _is_tagged(_marked(page, gold, outcome.label), truth, kind)


def _marked(page: Page, tags: Sequence[str], label: str) -> list[str]:
    """The texts to which the annotation gives the label."""
    return [
        " ".join(token.text for token in page.tokens[first:end])
        for marked, first, end in spans(tags)
        if marked == label
    ]


def _also_marked(outcome: Outcome, case: Case, kind: ValueType) -> bool:
    """Whether the annotation gives the predicted value the same label elsewhere on the page."""
    marked = _marked(case.truth.page, case.truth.tags, outcome.label)
    return any(same(outcome.value, text, kind) for text in marked)


def _is_tagged(texts: Sequence[str], truth: str, kind: ValueType) -> bool:
    """Whether one of the label's spans contains the true value, or several form it: a text exactly,
    an amount as the sum of the different ones (two taxes)."""
    if kind is ValueType.TEXT or kind.is_code:
        return letters(truth) in (letters("".join(texts)), *map(letters, texts))
    if any(contains([text], truth, kind) for text in texts):
        return True
    if kind is not ValueType.AMOUNT:
        return False
    amounts = {amount for text in texts if (amount := canonical(text, kind)) is not None}
    added = sum(map(Decimal, amounts), Decimal(0))
    return same(f"{added:.2f}", truth, kind)


def contains(texts: Sequence[str], truth: str, kind: ValueType) -> bool:
    """Whether consecutive texts contain a true value, possibly joined to other text."""
    if kind is ValueType.TEXT or kind.is_code:
        return letters(truth) in letters("".join(texts))
    if kind is ValueType.PHONE:
        return digits(truth) in digits("".join(texts))
    if kind in (ValueType.DATE, ValueType.TIME):
        return _contains_day_or_time(texts, truth, kind)
    wanted = _number(truth, kind)
    return wanted is not None and (
        any(_number(text, kind) == wanted for text in texts) or _in_longer_token(truth, texts)
    )


@lru_cache(maxsize=1 << 14)
def _number(text: str, kind: ValueType) -> Decimal | None:
    """An amount or quantity without its sign. Cached, because each token is parsed many times."""
    value = canonical(text, kind)
    return None if value is None else abs(Decimal(value))


def _contains_day_or_time(texts: Sequence[str], truth: str, kind: ValueType) -> bool:
    """Whether up to five consecutive tokens contain the date or time."""
    wanted = _readings(truth, kind)
    # Parsing is slow: only runs with the year's last digits, or the minute's, are tried.
    marks = {value[2:4] if kind is ValueType.DATE else value[3:5] for value in wanted}
    for start in range(len(texts)):
        for end in range(start + 1, min(start + 5, len(texts)) + 1):
            run = " ".join(texts[start:end])
            if letters(truth) in letters(run):
                return True
            if any(mark in run for mark in marks) and wanted & _readings(run, kind):
                return True
    return False


def _readings(text: str, kind: ValueType) -> set[str]:
    """The days that a text can mean, as ``2018-12-25``, or its time to the minute."""
    values = {canonical(text, kind, order) for order in PUBLISHED_ORDERS} - {None}
    return {value[: 5 if kind is ValueType.TIME else 10] for value in values if value}


def _in_longer_token(truth: str, texts: Sequence[str]) -> bool:
    """Whether a longer token contains the amount letter by letter, without an adjacent digit."""
    number = "".join(c for c in truth if c.isdigit() or c in ".,").strip(".,")
    for text in texts:
        start = text.find(number) if number else -1
        if start >= 0:
            before, after = text[:start][-1:], text[start + len(number) :][:1]
            if not before.isdigit() and not after.isdigit():
                return True
    return False
