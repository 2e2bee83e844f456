"""A currency that is not that of the country."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context
from pipeline.world.countries import countries

_SURE = 0.8


def currency_of_another_country(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`currency-of-another-country`, if the currency is printed and the country is sure."""
    currency, country = receipt.record.currency, receipt.record.country
    if currency is None or country is None or not currency.boxes:
        return  # without a box the currency was inferred from the country
    known = countries().get(country.value)
    score = currency.confidence * country.confidence
    if known is None or known.currency == currency.value or score < _SURE:
        return
    yield receipt.finding(
        "currency-of-another-country",
        Severity.LOW,
        score,
        f"The amounts are in {currency.value}; the receipt is from {country.value}, where "
        f"{known.currency} is paid.",
        "Check which amount was paid before it is converted.",
        fields=("currency", "total"),
    )
