"""Tax numbers with wrong check digits or of another country."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context
from pipeline.audit.rules.tax_facts import SURE_COUNTRY
from pipeline.world.tax_numbers import country_of_prefix, has_right_check_digits

_READ_FOR = {
    **dict(zip("012568", ("ODQ", "IL", "Z", "S", "G", "B"), strict=True)),
    **dict(zip("ODQILZSGB", "000112568", strict=True)),
}
_SHORTEST = 8  # characters after the prefix of a number of the European Union


def tax_numbers(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`tax-number-wrong-check-digits` and `tax-number-of-another-country`.

    A missing number is a matter of policy: what a receipt must show depends on the amount.
    """
    number, country = receipt.record.merchant_tax_id, receipt.record.country
    if number is None:
        return
    if number.valid is False:
        home = None if country is None else country.value
        likely = _with_a_letter_for_a_digit(number.value, home)
        also = f"; {likely} would be right" if likely else ""
        yield receipt.finding(
            "tax-number-wrong-check-digits",
            Severity.INFO if likely else Severity.LOW,
            number.confidence,
            f"The check digits of the tax number {number.value} are wrong: it is misread, "
            f"misprinted or invented{also}.",
            "Compare the number with the picture, then look it up.",
            fields=("merchant_tax_id",),
        )
    home = country_of_prefix(number.value)
    if (
        home is not None
        and len(number.value) >= _SHORTEST + 2
        and number.valid
        and country is not None
        and country.value != home
        and country.confidence >= SURE_COUNTRY
    ):
        yield receipt.finding(
            "tax-number-of-another-country",
            Severity.LOW,
            number.confidence * country.confidence,
            f"The tax number {number.value} is one of {home}, the receipt is from {country.value}.",
            "Check where the tax can be reclaimed.",
            fields=("merchant_tax_id", "merchant_address"),
        )


def _with_a_letter_for_a_digit(number: str, country: str | None) -> str | None:
    """A number with right check digits for which this may have been read, such as 199707251G for
    1997072516: digits are taken for letters and letters for digits, whatever is printed."""
    for at, sign in enumerate(number):
        for other in _READ_FOR.get(sign, ""):
            likely = f"{number[:at]}{other}{number[at + 1 :]}"
            if has_right_check_digits(likely, country):
                return likely
    return None
