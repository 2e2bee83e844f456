"""Tax numbers with wrong check digits or of another country."""

from __future__ import annotations

from collections.abc import Iterator

from stdnum.eu.vat import MEMBER_STATES

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context

_PREFIXES = {code.upper() for code in MEMBER_STATES} | {"EL"}
_COUNTRY_OF = {"EL": "GR", "XI": "GB"}
_SURE_COUNTRY = 0.8
_SHORTEST = 8  # characters after the prefix of a number of the European Union


def tax_numbers(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`tax-number-wrong-check-digits` and `tax-number-of-another-country`.

    A missing number is a matter of policy: what a receipt must show depends on the amount.
    """
    number, country = receipt.record.merchant_tax_id, receipt.record.country
    if number is None:
        return
    if number.valid is False:
        yield receipt.finding(
            "tax-number-wrong-check-digits",
            Severity.LOW,
            number.confidence,
            f"The check digits of the tax number {number.value} are wrong: it is misread, "
            "misprinted or invented.",
            "Compare the number with the picture, then look it up.",
            fields=("merchant_tax_id",),
        )
    prefix = number.value[:2]
    is_union = prefix in _PREFIXES and number.value[2:].isdigit()
    home = _COUNTRY_OF.get(prefix, prefix)
    if (
        is_union
        and len(number.value) >= _SHORTEST + 2
        and number.valid
        and country is not None
        and country.value != home
        and country.confidence >= _SURE_COUNTRY
    ):
        yield receipt.finding(
            "tax-number-of-another-country",
            Severity.LOW,
            number.confidence * country.confidence,
            f"The tax number {number.value} is one of {home}, the receipt is from {country.value}.",
            "Check where the tax can be reclaimed.",
            fields=("merchant_tax_id", "merchant_address"),
        )
