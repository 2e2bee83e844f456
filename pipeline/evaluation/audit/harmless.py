"""What looks like a fault and is none: shared bills, and discounts that were not read."""

from __future__ import annotations

import copy
import random
from decimal import Decimal

from pipeline.evaluation.audit.drawn_records import CENT, Plain
from pipeline.evaluation.audit.fault import Faulty, Row, set_value

_SHARES = (5, 10, 15, 20, 25, 30, 50)
_COINS = (1, 2, 5)
_LEAST, _MOST = Decimal("0.02"), Decimal("0.5")


def shared(plain: Plain, claim: Row) -> Faulty:
    """Two people claim a part each, which add up to the total."""
    total = Decimal(plain["total"]["value"])
    half = (total / 2).quantize(CENT)
    first, second = {**claim, "amount": str(half)}, {**claim, "amount": str(total - half)}
    return Faulty(plain, first, other_claim={**second, "person": f"{claim['person']}-B"})


def unread_discount(plain: Plain, rng: random.Random) -> Plain | None:
    """The sale with a discount, a share or a round amount, after the subtotal; the record lacks it.

    Half of the tills tax what remains, half the whole. ``None`` unless items make up the subtotal
    of 1 or more, that and the tax the total, and a payment repeats it.
    """
    if not {"subtotal", "tax"} <= plain.keys() or not plain["payments"]:
        return None
    subtotal, tax, total = (Decimal(plain[name]["value"]) for name in ("subtotal", "tax", "total"))
    items = sum((Decimal(item["total"]["value"]) for item in plain["items"]), Decimal())
    if items != subtotal or subtotal + tax != total or subtotal < 1:
        return None
    unit = Decimal(1).scaleb(int(total.as_tuple().exponent))
    off = _discount(subtotal, rng).quantize(unit)
    taxed = 1 - off / subtotal if rng.random() < 0.5 else Decimal(1)
    found = copy.deepcopy(plain)
    set_value(found["tax"], (tax * taxed).quantize(unit))
    paid = subtotal - off + found["tax"]["value"]
    for amount in (found["total"], found["payments"][0]["amount"]):
        set_value(amount, paid)
    found.pop("cash", None)
    return found


def _discount(subtotal: Decimal, rng: random.Random) -> Decimal:
    if rng.random() < 0.5:
        return subtotal * rng.choice(_SHARES) / 100
    round_ones = [Decimal(coin).scaleb(power) for power in range(-2, 9) for coin in _COINS]
    return rng.choice([one for one in round_ones if _LEAST <= one / subtotal <= _MOST])
