"""Faults of form are found, and the same receipts without them are left alone."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from audited import audited, field

from pipeline.evaluation.audit.drawn_records import receipt_of
from pipeline.evaluation.audit.form_faults import form_faults
from pipeline.world.countries import countries


def sale_in(country: str) -> dict[str, Any]:
    """A receipt of 121.00 of March 2025 with a number and a tax of 21.00."""
    return {
        "source": {"path": "a.jpg", "page": 1, "sha256": "a"},
        "status": "ok",
        "engine": "drawn",
        "model": "drawn",
        "items": [],
        "payments": [],
        "country": field(country),
        "currency": field(countries()[country].currency),
        "date": field("2025-03-03"),
        "tax": field(Decimal("21.00")),
        "total": field(Decimal("121.00")),
        "receipt_number": field("A-004711"),
    }


@pytest.mark.parametrize(
    ("kind", "country"),
    [
        ("date in the future", "NL"),
        ("tax above the highest rate", "NL"),
        ("rate of no such country", "NL"),
        ("tax that is no longer levied", "MY"),
        ("currency of another country", "NL"),
    ],
)
def test_a_fault_is_found_where_it_is(tmp_path, kind, country):
    fault, plain = form_faults()[kind], sale_in(country)
    faulty = fault.put(plain, {"submitted": "2025-04-04"}, random.Random(2))
    assert faulty is not None
    for record, day, expected in (
        (faulty.plain, faulty.claim["submitted"], True),
        (plain, "2025-04-04", False),
    ):
        folder = tmp_path / str(expected)
        folder.mkdir()
        found = audited(folder, [receipt_of(record)], f"path,submitted\na.jpg,{day}\n")
        assert (fault.rule in {one.rule for one in found}) is expected


def test_the_next_number_comes_weeks_later():
    put = form_faults()["next number, weeks later"].put
    made = [put(sale_in("NL"), {}, random.Random(seed)) for seed in range(200)]
    second = next(one.second for one in made if one is not None)
    assert second is not None
    assert second["receipt_number"]["value"] in {"A-004712", "A-004713", "A-004714"}
    assert second["date"]["value"] > "2025-03-16"
    assert sum(one is not None for one in made) < 20, "few, because they hide each other"


def test_a_fault_needs_what_it_changes():
    plain = {key: value for key, value in sale_in("US").items() if key not in ("tax", "date")}
    kinds = ["date in the future", "tax above the highest rate", "rate of no such country"]
    assert [form_faults()[kind].put(plain, {}, random.Random(2)) for kind in kinds] == [None] * 3
