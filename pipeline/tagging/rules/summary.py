"""Rules for the summary: amounts with a key word such as subtotal, tax, total, cash, change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text_lines.lines import Line, Span, announced
from pipeline.world import keywords
from pipeline.world.keywords import Key

AFTER_ROUNDING = 0.95  # a total below the rounding is what was paid
WEAK = 0.3  # zero totals, and what a table of taxes repeats
LOWER = 0.01  # of equally strong totals, the one further down
FALLBACK = 0.4


@dataclass(frozen=True, slots=True)
class Booking:
    """An amount with a key word, on line ``number``; ``label`` is ``None`` if it belongs to no
    field."""

    number: int
    place: int
    label: str | None
    strength: float


def find_bookings(lines: Sequence[Line]) -> list[Booking]:
    """All amounts with a key word, top to bottom."""
    found = []
    rounded = in_tax_table = False
    for number, line in enumerate(lines):
        in_tax_table |= bool(keywords.TAX_TABLE.search(line.text)) and not line.amounts
        for key, at, place in _announced_amounts(lines, number):
            strength = key.strength
            if key.label == "total":
                strength = max(strength, AFTER_ROUNDING) if rounded else strength
                strength += LOWER * number / len(lines)
            if in_tax_table or (key.label == "total" and _is_zero(lines[at].words[place])):
                strength = WEAK
            found.append(Booking(at, place, key.label, strength))
        rounded |= bool(keywords.ROUNDING.search(line.text))
    return found


def summary_spans(lines: Sequence[Line], bookings: Sequence[Booking]) -> Iterator[Span]:
    """These amounts as spans; if none is a total, the likeliest amount is the total."""
    if all(booking.label != "total" for booking in bookings):
        yield from _unannounced_total(lines, bookings)
    for booking in bookings:
        if booking.label is not None:
            money = lines[booking.number].money(booking.place)
            yield Span(booking.label, money, booking.strength)


def _announced_amounts(lines: Sequence[Line], number: int) -> Iterator[tuple[Key, int, int]]:
    """Key words of one line, with the line and position of the amount that each announces.

    An amount belongs to the nearest key before it, else to the first behind it; of a key's
    several amounts the last counts. A key on a line without amounts announces the next
    line's, if that holds nothing else.
    """
    line = lines[number]
    keys = announced(line.text)
    if not keys:
        return
    if not line.amounts:
        below = lines[number + 1] if number + 1 < len(lines) else None
        if below and below.amounts and len(below.words) <= 2 and not announced(below.text):
            yield keys[-1][1], number + 1, below.amounts[-1]
        return
    last: dict[int, int] = {}
    for place in line.amounts:
        # A key may be glued to its amount, so the amount's end counts.
        reach = line.starts[place] + len(line.words[place])
        before = [index for index, (end, _) in enumerate(keys) if end < reach]
        last[before[-1] if before else 0] = place
    for index, place in last.items():
        yield keys[index][1], number, place


def _unannounced_total(lines: Sequence[Line], bookings: Sequence[Booking]) -> Iterator[Span]:
    """The largest amount without a key word below the first one with a key word, else the cash
    paid."""
    taken = {(booking.number, booking.place) for booking in bookings}
    first = bookings[0].number if bookings else len(lines)
    free = [
        (_digits(line.words[place]), number, place)
        for number, line in enumerate(lines)
        for place in line.amounts
        if number >= first and (number, place) not in taken
    ]
    paid = [booking for booking in bookings if booking.label == "cash"]
    if free and max(free)[0] > 0:
        _, number, place = max(free)
        yield Span("total", lines[number].money(place), FALLBACK)
    elif paid:
        yield Span("total", lines[paid[-1].number].money(paid[-1].place), FALLBACK)


def _digits(word: str) -> int:
    """The amount in its smallest unit; comparable within one page's number format."""
    return int("".join(character for character in word if character.isdigit()) or 0)


def _is_zero(word: str) -> bool:
    return _digits(word) == 0
