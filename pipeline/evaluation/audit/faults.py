"""Wrong sums and breaches of a policy put into records, each with the rule that has to find it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pipeline.audit.policy.document import PolicyFile
from pipeline.audit.rules.sums import fields_of
from pipeline.evaluation.audit.drawn_records import CENT, Plain, receipt_of
from pipeline.evaluation.audit.fault import Fault, Faulty, Row, day_of, set_value

_DEARER = Decimal("1.2")


def faults(policy: PolicyFile) -> Mapping[str, Fault]:
    """The kinds of faults by name: of sums and claims, and breaches of the policy `us-company`."""
    worth = _Worth(policy)
    return {
        "digit of the total": Fault("sum-does-not-hold", _wrong_digit("total")),
        "digit of the tax": Fault("sum-does-not-hold", _wrong_digit("tax")),
        "digit of an item": Fault("sum-does-not-hold", _wrong_item),
        "claim above receipt": Fault("claim-above-receipt", _claim_above),
        "claimed by two": Fault("claimed-by-several", _claimed_twice),
        "claim in a dearer currency": Fault("claim-above-exchanged", worth.dearer_currency),
        "alcohol": Fault("alcohol", _item("Red Wine 0.2l")),
        "tobacco": Fault("tobacco", _item("Marlboro Red")),
        "gift card": Fault("gift-card", _item("Gift Card")),
        "late claim": Fault("older-than-60-days", _late),
        "tip of 40 %": Fault("tip-above-a-quarter", worth.tip),
        "no items": Fault("itemise-above-75", worth.without_items),
        "no approval": Fault("approval-above-500", worth.without_approval),
        "meals above the day's limit": Fault("meals-per-person-and-day", worth.two_meals),
        "split bill": Fault("split-purchase", worth.split_bill),
    }


def _wrong_digit(name: str) -> Callable[[Plain, Row, random.Random], Faulty | None]:
    def put(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        if name not in plain or not _is_summed(plain, name):
            return None
        found = copy.deepcopy(plain)
        _change_digit(found[name], rng)
        return Faulty(found, claim)

    return put


def _wrong_item(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    if not _is_summed(plain, "items"):
        return None
    found = copy.deepcopy(plain)
    _change_digit(rng.choice(found["items"])["total"], rng)
    return Faulty(found, claim)


def _is_summed(plain: Plain, name: str) -> bool:
    """Whether a sum that holds has the amount in it, and other fields."""
    record = receipt_of(plain)
    parts = [
        {field.partition("[")[0] for field, _ in fields_of(check.rule, record)}
        for check in record.checks
        if check.ok
    ]
    return any(name in names and len(names) > 1 for names in parts)


def _change_digit(field: Plain, rng: random.Random) -> None:
    """Another first or second digit: what a forger changes, and what no rounding hides."""
    text = str(field["value"])
    places = [at for at, sign in enumerate(text) if sign.isdigit()][:2]
    at = rng.choice(places)
    digit = str((int(text[at]) + rng.randrange(1, 9)) % 9 + 1)
    if digit == text[at]:
        digit = str(int(digit) % 9 + 1)
    set_value(field, Decimal(text[:at] + digit + text[at + 1 :]))


def _late(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    if "date" not in plain:
        return None
    submitted = day_of(plain) + timedelta(days=rng.randrange(61, 300))
    return Faulty(plain, {**claim, "submitted": submitted.isoformat()})


def _claim_above(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    total = Decimal(plain["total"]["value"])
    more = max(CENT, (total * Decimal(rng.randrange(1, 50)) / 100).quantize(CENT))
    return Faulty(plain, {**claim, "amount": str(total + more)})


def _claimed_twice(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    return Faulty(plain, claim, other_claim={**claim, "person": f"{claim['person']}-B"})


def _item(name: str) -> Callable[[Plain, Row, random.Random], Faulty | None]:
    def put(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        if not plain["items"]:
            return None
        found = copy.deepcopy(plain)
        item = rng.choice(found["items"])
        confidence = item["total"]["confidence"]
        item["description"] = {
            "value": name,
            "text": name,
            "confidence": confidence,
            "boxes": item["total"]["boxes"],
        }
        return Faulty(found, claim)

    return put


@dataclass(frozen=True, slots=True)
class _Worth:
    """Faults that need an amount in the policy's currency."""

    policy: PolicyFile

    def tip(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        rate = self._rate(plain)
        total = Decimal(plain["total"]["value"])
        if rate is None or _category(plain) != "meals" or total * rate < 20:
            return None
        found = copy.deepcopy(plain)
        tip = (total * Decimal("0.4")).quantize(CENT)
        found["tip"] = {**copy.deepcopy(found["total"]), "value": tip, "text": str(tip)}
        _set_total(found, total + tip)
        return Faulty(found, claim)

    def without_items(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        rate = self._rate(plain)
        wanted = ("meals", "lodging", "entertainment", "groceries", "office_supplies")
        if rate is None or _category(plain) not in wanted:
            return None
        return Faulty(_of_worth(plain, rng.uniform(76, 140), rate), claim)

    def without_approval(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        rate = self._rate(plain)
        if rate is None:
            return None
        unapproved = {**claim, "approved_by": ""}
        return Faulty(_of_worth(plain, rng.uniform(510, 900), rate), unapproved)

    def two_meals(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        rate = self._rate(plain)
        if rate is None or _category(plain) != "meals" or "date" not in plain:
            return None
        first = _of_worth(plain, rng.uniform(52, 70), rate)
        second = _of_worth(plain, rng.uniform(52, 70), rate)
        other = "Other Diner"
        second["merchant_name"] = {**second["merchant_name"], "value": other, "text": other}
        return Faulty(first, claim, second)

    def split_bill(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        rate = self._rate(plain)
        if rate is None or _category(plain) != "lodging" or "date" not in plain:
            return None
        first = _of_worth(plain, rng.uniform(800, 1000), rate)
        return Faulty(first, claim, _of_worth(plain, rng.uniform(1050, 1400), rate))

    def dearer_currency(self, plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
        """The receipt's number of units is claimed in a currency whose unit is worth more."""
        rate = self._rate(plain)
        rates = {self.policy.currency: Decimal(1), **self.policy.rates}
        dearer = [name for name, other in rates.items() if rate and other > rate * _DEARER]
        if not dearer:
            return None
        amount = str(plain["total"]["value"])
        return Faulty(plain, {**claim, "amount": amount, "currency": rng.choice(dearer)})

    def _rate(self, plain: Plain) -> Decimal | None:
        currency = plain["currency"]["value"]
        if "merchant_name" not in plain:
            return None
        return Decimal(1) if currency == self.policy.currency else self.policy.rates.get(currency)


def _of_worth(plain: Plain, worth: float, rate: Decimal) -> Plain:
    """The record with another total, and without the parts that made up the old one."""
    found = copy.deepcopy(plain)
    for name in ("subtotal", "tax", "tip", "time", "receipt_number", "cash"):
        found.pop(name, None)
    found["items"] = []
    _set_total(found, (Decimal(worth) / rate).quantize(CENT))
    return found


def _set_total(plain: Plain, total: Decimal) -> None:
    set_value(plain["total"], total)
    plain["payments"] = []
    plain.pop("cash", None)


def _category(plain: Plain) -> Any:
    return plain["category"]["value"]
