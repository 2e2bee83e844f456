"""Taxes that do not fit their country or their time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt, money, value_of
from pipeline.audit.rules import tax_facts
from pipeline.audit.rules.context import Context
from pipeline.receipt import Field, TaxLine

_SLACK = Decimal("1.5")  # percentage points: rounding on small amounts, tips and deposits


def taxes(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`tax-above-highest-rate`, `tax-rate-of-no-such-country` and `tax-outside-its-years`."""
    country = receipt.record.country
    if country is None or country.confidence < tax_facts.SURE_COUNTRY:
        return
    listed = tax_facts.rates().get(country.value)
    day = receipt.record.date
    if listed and (day is None or day.value >= tax_facts.RATES_FROM):
        yield from _above_highest(receipt, country.value, listed[0])
        for number, tax in enumerate(receipt.record.taxes):
            yield from _unknown_rate(receipt, number, tax.rate, country.value, listed)
    for number, tax in enumerate(receipt.record.taxes):
        yield from _outside_its_years(receipt, number, tax, country.value)


def _above_highest(receipt: AuditedReceipt, country: str, highest: Decimal) -> Iterator[Finding]:
    tax, total = receipt.record.tax, receipt.record.total
    if tax is None or total is None or not 0 < tax.value < total.value:
        return
    # A discount or payment may lower the printed total: the subtotal is another possible base.
    bases = [total.value - tax.value]
    if (subtotal := receipt.value("subtotal")) is not None and subtotal > 0:
        bases.append(subtotal)
    rate = 100 * tax.value / max(bases)
    if rate <= highest + _SLACK:
        return
    currency = receipt.value("currency")
    yield receipt.finding(
        "tax-above-highest-rate",
        Severity.MEDIUM,
        tax.confidence * total.confidence,
        f"The tax of {money(tax.value, currency)} on {money(max(bases), currency)} is "
        f"{rate:.1f} %; the highest rate in {country} is {highest:g} %.",
        "Check the tax before it is reclaimed.",
        fields=("tax", "subtotal", "total"),
        amount=tax.value - max(bases) * highest / 100,
    )


def _unknown_rate(
    receipt: AuditedReceipt,
    number: int,
    rate: Field[Decimal] | None,
    country: str,
    listed: tuple[Decimal, ...],
) -> Iterator[Finding]:
    if rate is None or rate.value == 0 or rate.value in listed:
        return
    rates = ", ".join(f"{each:g}" for each in listed)
    # The country may be what is wrong: a word on the receipt alone is no proof of it.
    currency = receipt.record.currency
    is_sure = receipt.value("merchant_tax_id") is not None or (
        currency is not None and bool(currency.boxes)
    )
    yield receipt.finding(
        "tax-rate-of-no-such-country",
        Severity.LOW if is_sure else Severity.INFO,
        rate.confidence,
        f"A tax rate of {rate.value:g} % is printed; {country} has had {rates} % since 2012.",
        "Check country and rate before the tax is reclaimed.",
        detail=str(number),
    )


def _outside_its_years(
    receipt: AuditedReceipt, number: int, tax: TaxLine, country: str
) -> Iterator[Finding]:
    day, amount = receipt.record.date, value_of(tax.amount)
    name = str(value_of(tax.name) or "").upper()
    if day is None or not amount or day.alternatives:
        return
    named = [one for one in tax_facts.schemes() if one.country == country and name in one.names]
    if not named or any(
        one.first <= day.value and (one.last is None or day.value <= one.last) for one in named
    ):
        return
    years = f"from {named[0].first} on"
    if named[0].last is not None:
        years = f"from {named[0].first} to {named[0].last}"
    yield receipt.finding(
        "tax-outside-its-years",
        Severity.MEDIUM,
        day.confidence,
        f"The receipt of {day.value} has a tax called {name}; {country} levied it {years}.",
        "Check the date on the picture.",
        fields=("date", "tax"),
        detail=str(number),
    )
