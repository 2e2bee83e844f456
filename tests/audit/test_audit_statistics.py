"""Amounts far from the usual, and digits of people."""

from __future__ import annotations

import math
import random
from collections import Counter
from statistics import median

import pytest
from audited import audited, rules, sale
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.state.database import open_state
from pipeline.audit.statistics.digits import group_digits
from pipeline.audit.statistics.spread import spread_of


@given(st.lists(st.integers(-200, 700), min_size=1, max_size=60))
def test_median_and_deviation(buckets):
    found = spread_of(sorted(Counter(buckets).items()))
    middle = sorted(buckets)[(len(buckets) - 1) // 2]
    deviations = sorted(abs(one - middle) for one in buckets)
    assert found.count == len(buckets)
    assert found.median == pytest.approx(middle / 50)
    assert found.deviation == pytest.approx(1.4826 * deviations[(len(buckets) - 1) // 2] / 50)


def usual(count):
    return [
        sale(
            f"{n}.jpg",
            date=f"2026-{1 + n % 3:02}-{1 + n % 28:02}",
            total=20.0 + n % 9,
            time="12:30",
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "total", "found"),
    [(40, 900.0, ["amount-unusual"]), (40, 30.0, []), (40, 0.5, []), (10, 900.0, [])],
)
def test_unusual_amounts(tmp_path, count, total, found):
    receipts = [*usual(count), sale("x.jpg", date="2026-02-15", total=total, time="08:00")]
    assert [rule for rule in rules(audited(tmp_path, receipts)) if rule[0] == "a"] == found


def test_the_reason_names_the_group(tmp_path):
    receipts = [*usual(40), sale("x.jpg", date="2026-02-15", total=900.0, time="08:00")]
    (finding,) = (one for one in audited(tmp_path, receipts) if one.rule == "amount-unusual")
    assert re_median(finding.reason) == pytest.approx(
        median(20 + n % 9 for n in range(40)), rel=0.03
    )
    assert "of merchant BLUECAFE" in finding.reason


def re_median(reason):
    return float(reason.partition("(")[2].partition(" EUR")[0])


def entered(amounts):
    with open_state(None) as database:
        database.executemany(
            "INSERT INTO expenses (receipt, place, person, currency, amount)"
            " VALUES (?, 0, ?, ?, ?)",
            [(n, person, "EUR", amount) for n, (person, amount) in enumerate(amounts)],
        )
        return {group.person: group for group in group_digits(database)}


def test_invented_amounts_stand_out_and_real_ones_do_not():
    rng = random.Random(1)
    real = [(person, round(math.exp(rng.gauss(3.5, 1.4)), 2)) for person in ("Ada", "Ben") * 200]
    invented = [("Cy", 5.0 * rng.randrange(100, 200)) for _ in range(60)]
    invented += [("Cy", 5.0 * rng.randrange(1, 100)) for _ in range(60)]
    groups = entered(real + invented)
    assert groups["Cy"].stands_out
    assert groups["Cy"].round_share == 1.0
    assert not groups["Ada"].stands_out
    assert not groups["Ben"].stands_out


def test_few_amounts_say_nothing():
    assert entered([("Ada", 5.0)] * 99) == {}
