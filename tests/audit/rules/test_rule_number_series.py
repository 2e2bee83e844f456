"""Receipt numbers that run backwards or stand too near, and tills that only look so."""

from __future__ import annotations

import pytest
from audited import audited, rules, sale

ORDERLY = [(1000, "01"), (1100, "02"), (1200, "03"), (1300, "04"), (1400, "05"), (1500, "06")]


def series(numbers):
    return [
        sale(
            f"{n}.jpg", date=f"2026-03-{day}", receipt_number=f"INV-{number:05}", total=float(n + 5)
        )
        for n, (number, day) in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (ORDERLY, []),
        ([*ORDERLY, (1250, "25")], ["receipt-number-backwards"]),
        ([*ORDERLY, (1250, "03")], []),
        # One of the others is misread, or dated back as well.
        ([*ORDERLY, (1600, "07"), (1700, "02"), (1250, "25")], ["receipt-number-backwards"]),
        ([*ORDERLY[:5], (1450, "01"), (1250, "25")], []),  # too few others to say who is right
        # Numbers that start anew: no order in sixteen receipts of four days.
        ([(1000 + 371 * (7 * n % 16), f"{1 + n % 4:02}") for n in range(16)], []),
        # An order number that starts anew each day is no series.
        ([(1, "01"), (2, "01"), (1, "02"), (2, "02"), (1, "03"), (3, "03"), (2, "05")], []),
        ([*ORDERLY[:5], (1402, "20")], ["receipt-numbers-too-near"]),
        # A quiet merchant: few numbers in many days.
        ([(1001, "01"), (1002, "04"), (1003, "08"), (1004, "12"), (1005, "20")], []),
    ],
)
def test_series(tmp_path, numbers, found):
    assert rules(audited(tmp_path, series(numbers))) == found


def test_both_receipts_are_shown(tmp_path):
    (finding,) = audited(tmp_path, series([*ORDERLY, (1250, "25")]))
    assert [one.path for one in finding.receipts] == ["6.jpg", "3.jpg"]
    assert {look.receipt for look in finding.look_at} == {0, 1}
    assert "INV-01250 of 2026-03-25 does not fit the number INV-01300 of 2026-03-04" in (
        finding.reason
    )
