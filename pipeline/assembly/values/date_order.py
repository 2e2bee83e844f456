"""Which order a page writes its dates in, and how sure that is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.assembly.values.dates import (
    DateOrder,
    NumericDate,
    clear_dates,
    interpretations,
    numeric_dates,
)

_DAY, _MONTH, _YEAR = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST
OrderWeights = Mapping[DateOrder, float]
"""How often dates of numbers alone stand in each order, before a page's own dates are seen."""
ANYWHERE: OrderWeights = {_DAY: 0.55, _MONTH: 0.35, _YEAR: 0.1}
ANYWHERE_WITH_DOLLARS: OrderWeights = {_MONTH: 0.65, _DAY: 0.3, _YEAR: 0.05}
_UNUSUAL = 0.003  # an order that is not in use
# What an order keeps of its weight where a date of the page speaks against it.
_IMPOSSIBLE = 0.0001  # there is no month 13; OCR may have misread it
_OTHER_WEEKDAY = 0.02
_OTHER_DAY = 0.05  # another reading is a day that the page also names clearly
_FAR = 0.3  # a year or more from every clear date, where another reading is nearer
_DOTTED_YEAR_FIRST = 0.2
_NEAR = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class DateOrders:
    """The possible date orders of the page's numeric dates.

    Attributes:
        weights: of the orders that are possible, above 0; only their ratios count.
    """

    weights: Mapping[DateOrder, float]

    @property
    def ranked(self) -> tuple[DateOrder, ...]:
        """The likeliest first."""
        return tuple(sorted(self.weights, key=lambda order: -self.weights[order]))

    def probabilities(self, text: str) -> dict[datetime.date, float]:
        """The probability of each day that the first date in ``text`` may be, assuming its digits
        are right; empty if the text is not ambiguous."""
        probabilities: dict[datetime.date, float] = {}
        for order, date in interpretations(text).items():
            if order in self.weights:
                probabilities[date] = probabilities.get(date, 0.0) + self.weights[order]
        whole = sum(probabilities.values())
        return {date: weight / whole for date, weight in probabilities.items()}


def infer_date_orders(lines: Iterable[str], usual: OrderWeights) -> DateOrders:
    """Weigh the country's usual order with the page's own dates: valid days and months, weekdays
    beside a date, and the days that other dates name unambiguously."""
    lines = list(lines)
    weights = {order: usual.get(order, _UNUSUAL) for order in DateOrder}
    clear = [date for line in lines for date in clear_dates(line)]
    dates: dict[str, NumericDate] = {}
    for date in chain.from_iterable(map(numeric_dates, lines)):
        if date.text not in dates or dates[date.text].weekday is None:
            dates[date.text] = date  # repeated dates count once, with a weekday if one has it
    for date in dates.values():
        for order in DateOrder:
            weights[order] *= _speaks_for(order, date, clear)
        if date.dotted and usual.get(_DAY):
            weights[_YEAR] *= _DOTTED_YEAR_FIRST
    return DateOrders(weights)


def _speaks_for(order: DateOrder, date: NumericDate, clear: Sequence[datetime.date]) -> float:
    """The factor by which one date of the page changes the weight of an order."""
    day = date.interpretations.get(order)
    if day is None:
        # Years of four digits do not tell how those of two are written.
        return _IMPOSSIBLE if date.short_year or order is not _YEAR else 1.0
    return _weekday_leaves(day, date) * _clear_dates_leave(day, date, clear)


def _weekday_leaves(day: datetime.date, date: NumericDate) -> float:
    possible = {one.weekday() for one in date.interpretations.values()}
    is_named = date.weekday not in possible or day.weekday() == date.weekday
    return 1.0 if is_named else _OTHER_WEEKDAY


def _clear_dates_leave(
    day: datetime.date, date: NumericDate, clear: Sequence[datetime.date]
) -> float:
    possible = date.interpretations.values()
    if any(one in clear for one in possible):
        return 1.0 if day in clear else _OTHER_DAY
    if any(_is_near(one, clear) for one in possible):
        return 1.0 if _is_near(day, clear) else _FAR
    return 1.0


def _is_near(day: datetime.date, clear: Sequence[datetime.date]) -> bool:
    return any(abs(day - one) < _NEAR for one in clear)
