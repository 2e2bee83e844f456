"""A company's pile of receipts: merchants that come again, and a few second copies."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.evaluation.audit.copies import COPIES, LOOK_ALIKES, NEEDS_NUMBER
from pipeline.evaluation.audit.drawn_records import Plain, Till, draw_sale, till_of
from pipeline.evaluation.audit.reading_noise import read_again
from pipeline.synthetic.generate import draw_receipt

_LATER = 400
"""Receipts after the original among which a copy is: about as many as wait at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record of the pile.

    Attributes:
        kind: of copy or look-alike, "" for others.
        original: the path of the receipt that it is a copy of, "" if of none.
    """

    plain: Plain
    kind: str = ""
    original: str = ""


def draw_tills(count: int, seed: int) -> list[Till]:
    """That many tills, from drawn receipts of consecutive seeds."""
    found: list[Till] = []
    number = seed
    while len(found) < count:
        till = till_of(draw_receipt(number), random.Random(f"{number}/till"))
        number += 1
        if till is not None:
            found.append(till)
    return found


def draw_pile(
    tills: Sequence[Till], count: int, seed: int, copies: float, look_alikes: float
) -> Iterator[Placed]:
    """``count`` records, some of which are second copies of earlier ones.

    Args:
        copies: their share, of all kinds alike.
        look_alikes: the share of sales that are like an earlier one and are none.
    """
    rng = random.Random(f"{seed}/pile")
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(tills))))
    waiting: dict[int, list[Placed]] = {}
    for number in range(count):
        if waiting.get(number):
            yield from waiting.pop(number)
            continue
        path = f"{seed}/{number:07}.jpg"
        till = rng.choices(tills, cum_weights=weights)[0]
        sale = draw_sale(till, rng, path)
        yield Placed(read_again(sale, rng))
        draw = rng.random()
        if draw < copies + look_alikes:
            kinds = COPIES if draw < copies else LOOK_ALIKES
            kind = rng.choice(list(kinds))
            if kind in NEEDS_NUMBER and not {"time", "receipt_number"} & sale.keys():
                continue  # nobody could tell it from a copy
            other = kinds[kind](sale, rng)
            other["source"] = {
                "path": f"{seed}/{number:07}-again.jpg",
                "page": 1,
                "sha256": f"{rng.getrandbits(256):064x}",
            }
            placed = Placed(other, kind, path if draw < copies else "")
            waiting.setdefault(number + rng.randrange(1, _LATER), []).append(placed)
