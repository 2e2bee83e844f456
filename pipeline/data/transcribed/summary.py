"""Find the amounts below the line items by their key words and values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.data.transcribed.found import Found, Span
from pipeline.data.transcribed.header import is_cash
from pipeline.data.transcribed.numbers import numbers, same
from pipeline.data.transcribed.tax_rows import tax_of_row
from pipeline.data.transcribed.transcription import Transcription
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.labelled_amounts import LabelledAmount, find_labelled_amounts
from pipeline.text_lines.lines import Line

_ADDED = ("tax", "service_charge", "tip", "rounding")
_SUMMED = ("subtotal", *_ADDED)
_REPEATED = frozenset({"total", "cash", "change"})  # another amount of that name is another thing
_SIGN = re.compile(r"-(?:RM|[$€£])?")
_MOST_TABLES = 3  # times that a receipt may repeat its taxes


@dataclass(frozen=True, slots=True)
class Announced:
    """An amount and the label that its key word announces.

    Attributes:
        values: what it may mean; of ``1.250`` the thousands come first.
    """

    label: str
    values: tuple[float, ...]
    span: Span

    @property
    def value(self) -> float:
        return self.values[0]

    def means(self, value: float) -> bool:
        return any(same(one, value) for one in self.values)


def announced_amounts(lines: Sequence[Line], total: float) -> list[Announced]:
    """The amounts with a key word, and the taxes of tax tables, each token once."""
    labelled = find_labelled_amounts(lines)
    found: dict[int, Announced] = {}
    for one in [
        *_of_key_words(lines, labelled),
        *_services(lines),
        *_tax_tables(lines, labelled, total),
    ]:
        found.setdefault(one.span[0], one)
    return sorted(found.values(), key=lambda one: one.span)


def find_summary(
    lines: Sequence[Line], announced: Sequence[Announced], receipt: Transcription
) -> list[Found]:
    """The summary amounts whose value and key word are as transcribed.

    Key words decide where value and name disagree (tips are service charges, or taxes and service
    were confused), if the printed amounts then add up to the total.
    """
    by_label: dict[str, list[Announced]] = {label: [] for label in (*_SUMMED, *_REPEATED)}
    for one in announced:
        by_label.setdefault(one.label, []).append(one)
    values = _printed_values(by_label, receipt) or _published_values(by_label, receipt)
    found = [_find(label, value, by_label[label]) for label, value in values.items()]
    found.append(_find_cash(by_label["cash"], receipt))
    names = {key.label for line in lines for _, key in line.key_words}
    if "subtotal" not in names and _is_inferred(receipt):
        found.append(Found("subtotal"))
    return found


def _of_key_words(lines: Sequence[Line], labelled: Sequence[LabelledAmount]) -> Iterator[Announced]:
    for one in labelled:
        line = lines[one.line_number]
        label = one.label
        if label is None and key_words().rounding.search(line.text):
            label = "rounding"
        is_service = label == "tip" and key_words().service.search(line.text)
        if label is not None and not is_service:
            yield from _announced(label, line, one.place)


def _services(lines: Sequence[Line]) -> Iterator[Announced]:
    for line in lines:
        if line.amounts and key_words().service.search(line.text):
            yield from _announced("service_charge", line, line.amounts[-1])


def _tax_tables(
    lines: Sequence[Line], labelled: Sequence[LabelledAmount], total: float
) -> Iterator[Announced]:
    """The taxes of the rows below the first amount that is called total or tax."""
    first = min((one.line_number for one in labelled if one.label in ("total", "tax")), default=0)
    for line in lines[first:]:
        for place in tax_of_row(line, total):
            yield from _announced("tax", line, place)


def _announced(label: str, line: Line, place: int) -> Iterator[Announced]:
    values = numbers(line.words[place])
    if values:
        yield Announced(label, values, _with_currency(line, place))


def _with_currency(line: Line, place: int) -> Span:
    """An amount with its sign and the currency before it, or else the currency after it."""
    around = line.money(place)
    if place and _SIGN.fullmatch(line.words[place - 1]):
        return (line.tokens[place - 1], line.tokens[place])
    return tuple(around[:2]) if len(around) == 3 else tuple(around)


def _printed_values(
    by_label: dict[str, list[Announced]], receipt: Transcription
) -> dict[str, float] | None:
    """The values as printed, if there is one of each name and they add up to the total."""
    totals = [one for one in by_label["total"] if one.means(receipt.total or 0)]
    distinct = {label: _distinct(by_label[label]) for label in _SUMMED}
    if not totals or any(len(values) > 1 for values in distinct.values()):
        return None
    printed = {label: values[0] if values else 0.0 for label, values in distinct.items()}
    before = sum(value for label, value in printed.items() if label != "rounding")
    if not printed["subtotal"] or not any(
        same(before + sign * printed["rounding"], totals[0].value) for sign in (1, -1)
    ):
        return None
    known = {label: value for label, value in printed.items() if by_label[label]}
    return {**_published_values(by_label, receipt), **known}


def _published_values(
    by_label: dict[str, list[Announced]], receipt: Transcription
) -> dict[str, float]:
    values = {
        "subtotal": receipt.subtotal,
        "tax": receipt.tax,
        "rounding": receipt.rounding,
        "total": receipt.total,
        "change": receipt.change,
    }
    extra = receipt.tip or 0
    is_tip = any(one.means(extra) for one in by_label["tip"])
    values["tip"] = extra if is_tip else 0
    values["service_charge"] = 0 if is_tip else extra
    return {label: value or 0 for label, value in values.items()}


def _distinct(announced: Sequence[Announced]) -> list[float]:
    return sorted({one.value for one in announced if one.value})


def _find(label: str, value: float, announced: Sequence[Announced]) -> Found:
    """The amounts of that value, or of several taxes that add up to it."""
    hits = [one for one in announced if one.means(value)]
    others = [one for one in announced if one.value and not one.means(value)]
    if label == "tax" and len(others) > 1 and _add_up(others, value):
        hits, others = list(announced), []
    is_known = bool(hits) or not value
    complete = is_known and (not others or (bool(hits) and label in _REPEATED))
    return Found(label, tuple(one.span for one in hits), complete)


def _find_cash(announced: Sequence[Announced], receipt: Transcription) -> Found:
    """The money tendered, which is not published: total and change together, if paid in cash."""
    tendered = (receipt.total or 0) + (receipt.change or 0)
    paid_in_cash = is_cash(receipt.payment_method or "")
    hits = [one for one in announced if one.means(tendered)]
    if not hits or not (paid_in_cash or receipt.change):
        return Found("cash", complete=not announced)
    return Found("cash", tuple(one.span for one in hits))


def _add_up(announced: Sequence[Announced], value: float) -> bool:
    sums = sum(one.value for one in announced)
    return any(abs(sums - times * value) <= 0.02 for times in range(1, _MOST_TABLES + 1))


def _is_inferred(receipt: Transcription) -> bool:
    """Whether the subtotal is only the total, with tax or without."""
    if receipt.subtotal is None or receipt.total is None:
        return False
    tax = receipt.tax or 0
    return any(same(receipt.subtotal, receipt.total - part) for part in (0, tax))
