"""The truth of the tables: the taxes and payments that a receipt prints, in canonical form."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.synthetic.layout.receipt_rows import PrintedReceipt
from pipeline.synthetic.layout.till import Till

_TAX = ("tax_name", "tax_rate", "tax_net", "tax")
_PAID = ("payment_amount", "cash", "total")
_PAYMENT = ("payment_method", "card_last4", *_PAID)


def printed_taxes(till: Till, printed: PrintedReceipt) -> Iterator[dict[str, str]]:
    """The taxes whose amounts are printed, without the columns that are not."""
    for number, tax in enumerate(till.sale.taxes):
        found = printed.row_of(number, _TAX)
        if "tax" in found:
            values = {
                "name": found.get("tax_name", ""),
                "rate": tax.rate if "tax_rate" in found else "",
                "net": f"{tax.net:.2f}" if "tax_net" in found else "",
                "amount": f"{tax.amount:.2f}",
            }
            yield {column: text for column, text in values.items() if text}


def printed_payments(till: Till, printed: PrintedReceipt) -> Iterator[dict[str, str]]:
    """The payments of which anything is printed; a slip's total alone is none."""
    sale = till.sale
    paid = [*([] if sale.cash is None else [sale.cash]), *sale.cards] or [sale.total]
    for number, amount in enumerate(paid):
        found = printed.row_of(number, _PAYMENT)
        values = {
            "method": "cash" if "cash" in found else found.get("payment_method", ""),
            "amount": f"{amount:.2f}" if found.keys() & set(_PAID) else "",
            "card_last4": till.last_digits[number] if "card_last4" in found else "",
        }
        if found.keys() - {"total"}:
            yield {column: text for column, text in values.items() if text}
