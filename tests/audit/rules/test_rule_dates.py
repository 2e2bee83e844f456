"""Dates and currencies that cannot be, and those that only look so."""

from __future__ import annotations

from audited import audited, field, rules, sale

CLAIMED = "path,person,submitted\na.jpg,Ada,2026-03-01\n"


def test_a_date_after_the_claim(tmp_path):
    (finding,) = audited(tmp_path, [sale(date="2026-03-10")], CLAIMED)
    assert finding.rule == "date-in-future"
    assert "9 days after it was handed in (2026-03-01)" in finding.reason
    assert finding.person == "Ada"


def test_a_date_that_may_be_an_earlier_one(tmp_path):
    ambiguous = field("2026-12-03", alternatives=["2026-03-12"])
    assert audited(tmp_path, [sale(date=ambiguous)]) == []


def test_the_next_day_is_another_time_zone(tmp_path):
    assert audited(tmp_path, [sale(date="2026-04-02")]) == []


def test_a_printed_currency_of_another_country(tmp_path):
    assert rules(audited(tmp_path, [sale(country="US")])) == ["currency-of-another-country"]


def test_an_inferred_currency_is_no_evidence(tmp_path):
    inferred = {"value": "EUR", "text": "EUR", "confidence": 0.9, "boxes": []}
    assert audited(tmp_path, [sale(country="US", currency=inferred)]) == []
