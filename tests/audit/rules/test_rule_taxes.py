"""Taxes and tax numbers that fit their country and time are left alone, others reported."""

from __future__ import annotations

import pytest
from audited import audited, field, rules, sale


def taxed(country, rate=None, name=None, **values):
    line = {"amount": field(1.0)}
    if rate is not None:
        line["rate"] = field(rate)
    if name is not None:
        line["name"] = field(name)
    return sale(country=country, taxes=[line], **values)


@pytest.mark.parametrize(("tax", "found"), [(19.0, []), (30.0, ["tax-above-highest-rate"])])
def test_the_share_of_the_tax(tmp_path, tax, found):
    receipt = sale(country="DE", subtotal=100.0, tax=tax, total=100.0 + tax)
    assert rules(audited(tmp_path, [receipt])) == found


def test_taxes_that_add_up_are_not_compared(tmp_path):
    receipt = sale(country="US", currency="USD", subtotal=100.0, tax=30.0, total=130.0)
    assert audited(tmp_path, [receipt]) == []


@pytest.mark.parametrize(
    ("country", "rate", "found"),
    [
        ("FR", 5.5, []),
        ("FR", 19, ["tax-rate-of-no-such-country"]),
        ("MX", 8.875, []),
        ("DE", 0, []),
    ],
)
def test_printed_rates(tmp_path, country, rate, found):
    (*findings,) = audited(tmp_path, [taxed(country, rate)])
    assert [one.rule for one in findings if one.rule.startswith("tax-rate")] == found
    assert {one.severity for one in findings if one.rule.startswith("tax-rate")} <= {"low"}


def test_a_country_that_only_a_word_speaks_for_may_be_wrong(tmp_path):
    (finding,) = audited(tmp_path, [taxed("FR", 19, currency=None)])
    assert finding.severity == "info"


def test_rates_of_long_ago_are_not_listed(tmp_path):
    receipt = taxed("GB", 15.0, currency="GBP", date="2009-05-05")
    assert audited(tmp_path, [receipt]) == []


@pytest.mark.parametrize(
    ("day", "found"), [("2017-05-02", []), ("2019-05-02", ["tax-outside-its-years"])]
)
def test_the_years_of_a_tax(tmp_path, day, found):
    receipt = taxed("MY", name="GST", date=day, currency="MYR")
    assert rules(audited(tmp_path, [receipt])) == found


def test_an_uncertain_country_says_nothing(tmp_path):
    receipt = taxed("FR", 19)
    unsure = receipt.model_copy(
        update={"country": receipt.country.model_copy(update={"confidence": 0.5})}
    )
    assert audited(tmp_path, [unsure]) == []


@pytest.mark.parametrize(
    ("number", "valid", "country", "found"),
    [
        ("DE136695976", True, "DE", []),
        ("DE136695975", False, "DE", ["tax-number-wrong-check-digits"]),
        ("DE136695976", True, "FR", ["tax-number-of-another-country"]),
        ("12-3456789", None, "US", []),
    ],
)
def test_tax_numbers(tmp_path, number, valid, country, found):
    currency = "USD" if country == "US" else "EUR"
    receipt = sale(
        country=country, currency=currency, merchant_tax_id=field(number, 0.95, valid=valid)
    )
    assert rules(audited(tmp_path, [receipt])) == found


@pytest.mark.parametrize(
    ("number", "severity"), [("1997072516", "info"), ("1997072511", "low"), ("199707251H", "low")]
)
def test_a_letter_that_was_read_as_a_digit_makes_it_a_note(tmp_path, number, severity):
    given = field(number, 0.95, valid=False)
    receipt = sale(country="SG", currency="SGD", merchant_tax_id=given)
    (finding,) = audited(tmp_path, [receipt])
    assert (finding.rule, finding.severity) == ("tax-number-wrong-check-digits", severity)
    assert ("199707251G would be right" in finding.reason) == (severity == "info")
