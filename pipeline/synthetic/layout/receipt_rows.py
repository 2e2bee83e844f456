"""Generate a whole receipt as labelled rows, from top to bottom.

The labels follow what the real sources annotate, so that training sees one convention:

- Only values are labelled, never their key words; a key joined to its value (``Total:12.00``)
  carries the value's label.
- A currency directly before or after an amount belongs to it; one in a column of its own
  (``SUMME  EUR  12,90``) does not, but for Malaysia, where SROIE's alignment takes it in.
- ``merchant_name`` is the whole printed name with its legal form, once, near the top. The
  registration number after it, owners, slogans and the name's repetition in the footer are ``O``.
  So are a branch or the firm behind a trading name on a line of their own; but in Malaysia the firm
  is the name, as in SROIE, and the trading name above or below it ``O``.
- ``merchant_address`` is the shop's; that of a head office is ``O``, and so are opening hours,
  slogans and web addresses.
- ``merchant_phone`` is every phone number of the merchant; fax numbers, the customer's name,
  address, phone and tax number are ``O``.
- ``date`` and ``time`` are those of the sale wherever they are repeated; other days are ``O``.
- ``merchant_tax_id`` is the merchant's tax number where a key word says so; numbers of the trade
  register are ``O``. ``receipt_number`` is the number of the receipt, invoice, bill or transaction;
  those of tables, tills, shops, orders and customers are ``O``.
- ``item_quantity`` takes in what is joined to it or names its unit (``2x``, ``1 PC``,
  ``0,456 kg``); a ``x`` or ``@`` of its own is ``O``. Additions to an item are items, with or
  without a total. ``item_code`` is a product's number, ``item_discount`` what is off one item.
  Line numbers, tax flags and tax columns are ``O``.
- ``total`` is the final amount beside a total's key word, as often as it stands there, on the
  card slip too (and, in the US, beside the card's name, as in WildReceipt). An amount before
  rounding is not it unless it is the same.
- ``subtotal`` is the sum before discounts, tax and service, or the sum without tax.
- ``tax`` is every tax amount, in the tax table too, and their total; ``tax_name`` what a tax is
  called beside its amount, ``tax_rate`` its percentage, ``tax_net`` what it is on. Letters of
  rates, headings and gross amounts are ``O``.
- ``discount`` is what is off the whole; what the customer "saved" is ``O``.
- ``service_charge`` and ``rounding`` are these amounts, ``rounding`` with its sign.
- ``cash`` is the money tendered, ``change`` what came back; their key words are ``O``.
  ``payment_method`` is the name of a card or other means, ``payment_amount`` what was paid by it,
  ``card_last4`` the masked number, on the card slip too. Sums by kind of goods, headings
  of departments, points, suggested tips and blanks for tips are ``O``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.synthetic.layout.bookkeeping import receipt_number_rows, tax_id_rows
from pipeline.synthetic.layout.footer import footer_rows
from pipeline.synthetic.layout.header import header_rows, reference_rows
from pipeline.synthetic.layout.item_lines import PrintedItem, print_items
from pipeline.synthetic.layout.payments import slip_rows
from pipeline.synthetic.layout.rows import Part, Row
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.summary import suggestion_rows, summary_rows
from pipeline.synthetic.layout.till import Till


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """All rows, and which of them belong to which item."""

    rows: tuple[Row, ...]
    items: tuple[PrintedItem, ...]

    @property
    def labels(self) -> frozenset[str]:
        """All labels of the rows."""
        return frozenset(part.label for part in self._parts() if part.label)

    def row_of(self, number: int, labels: Collection[str]) -> dict[str, str]:
        """The first text of each of these labels that belongs to a tax or payment."""
        found: dict[str, str] = {}
        for part in self._parts():
            if part.row == number and part.label is not None and part.label in labels:
                found.setdefault(part.label, part.text)
        return found

    def texts(self, label: str) -> list[str]:
        """The texts of a label's parts, from top to bottom."""
        return [part.text for part in self._parts() if part.label == label]

    def _parts(self) -> Iterator[Part]:
        return (part for row in self.rows for cell in row.cells for part in cell.parts)


def print_receipt(till: Till) -> PrintedReceipt:
    """Header, items, sums, card slip and footer; the reference numbers above or below."""
    return joined(till, sections_of(till))


def sections_of(till: Till) -> Sections:
    """The sections that all receipts have."""
    header = [*header_rows(till)]
    reference = reference_rows(till)
    header += tax_id_rows(till, header)
    reference += receipt_number_rows(till, reference)
    heads, items = print_items(till)
    summary = tuple(summary_rows(till))
    slip = tuple(slip_rows(till))
    footer = (*suggestion_rows(till), *footer_rows(till))
    return Sections(tuple(header), tuple(reference), tuple(heads), items, summary, slip, footer)


def joined(till: Till, sections: Sections) -> PrintedReceipt:
    """The receipt of these sections, with lines drawn between them."""
    reference = sections.reference
    rule = till.separator_rows
    place = till.rng.random()
    rows = [*sections.header]
    if place < 0.1:
        rows = [*reference, *sections.header]
    elif place < 0.7:
        rows += reference
    rows += rule()
    if sections.heads:
        rows += [*sections.heads, *rule()]
    rows += [row for printed in sections.items for row in printed.rows]
    rows += [*rule(), *sections.summary, *rule()]
    if 0.7 <= place < 0.85:
        rows += reference
    rows += [*sections.slip, *sections.footer]
    if place >= 0.85:
        rows += reference
    return PrintedReceipt(tuple(rows), sections.items)
