"""Find the tax in the rows of a tax table, by arithmetic: ``23% 2.59 0.60 3.19``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from pipeline.data.transcribed.numbers import numbers
from pipeline.text_lines.lines import Line

_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*%")
_HIGHEST = 0.30  # of the net amount
_CENT = 0.015


def tax_of_row(line: Line, total: float) -> Iterator[int]:
    """The tax of a line that holds net amount, tax and gross amount, or a rate, net amount and tax:
    its place in the line's tokens.

    Args:
        total: of the receipt, which the gross amount may be without being printed there.
    """
    amounts = [(place, value) for place in line.amounts for value in numbers(line.words[place])[:1]]
    rates = [float(rate.replace(",", ".")) for rate in _RATE.findall(line.text)]
    for (tax_place, tax), (net_place, net) in permutations(amounts, 2):
        if tax_place == net_place or not 0 < tax <= _HIGHEST * net:
            continue
        if _has_sum([*amounts, (-1, total)], net + tax) or any(
            abs(net * rate / 100 - tax) <= _CENT for rate in rates
        ):
            yield tax_place
            return


def _has_sum(amounts: Sequence[tuple[int, float]], wanted: float) -> bool:
    return any(abs(value - wanted) <= _CENT for _, value in amounts)
