"""Generate a whole receipt as labelled rows, from top to bottom.

The labels follow what the real sources annotate, so that training sees one convention:

- Only values are labelled, never their key words; a key joined to its value (``Total:12.00``)
  carries the value's label.
- A currency directly before or after an amount belongs to it; one in a column of its own
  (``SUMME  EUR  12,90``) does not, but for Malaysia, where SROIE's alignment takes it in.
- ``merchant_name`` is the whole printed name with its legal form, once, near the top. The
  registration number after it, owners, slogans and the name's repetition in the footer are ``O``.
  So are a branch or the firm behind a brand on a line of their own; but in Malaysia the firm is the
  name, as in SROIE, and the brand above it ``O``.
- ``merchant_phone`` is every phone number of the merchant; fax numbers, the customer's name,
  address and phone are ``O``.
- ``date`` and ``time`` are those of the sale wherever they are repeated; other days are ``O``.
- ``item_quantity`` takes in what is joined to it or names its unit (``2x``, ``1 PC``,
  ``0,456 kg``); a ``x`` or ``@`` of its own is ``O``. Additions to an item are items, with or
  without a total. Codes, line numbers, tax flags and tax columns are ``O``.
- ``total`` is the final amount beside a total's key word, as often as it stands there, on the
  card slip too (and, in the US, beside the card's name, as in WildReceipt). An amount before
  rounding is not it unless it is the same.
- ``subtotal`` is the sum before discounts, tax and service, or the sum without tax.
- ``tax`` is every tax amount, in the tax table too; the table's net and gross columns are ``O``.
- ``discount`` is every amount off, of an item or of all; what the customer "saved" is ``O``.
- ``cash`` is the money tendered, ``change`` what came back. Amounts paid by card, service
  charge, rounding, sums by kind of goods, points, suggested tips and blanks for tips are ``O``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.synthetic.layout.footer import footer_rows
from pipeline.synthetic.layout.header import header_rows, reference_rows
from pipeline.synthetic.layout.item_lines import PrintedItem, print_items
from pipeline.synthetic.layout.rows import Part, Row
from pipeline.synthetic.layout.summary import slip_rows, suggestion_rows, summary_rows
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

    def texts(self, label: str) -> list[str]:
        """The texts of a label's parts, from top to bottom."""
        return [part.text for part in self._parts() if part.label == label]

    def _parts(self) -> Iterator[Part]:
        return (part for row in self.rows for cell in row.cells for part in cell.parts)


def print_receipt(till: Till) -> PrintedReceipt:
    """Header, items, sums, card slip and footer; the reference numbers above or below."""
    header = [*header_rows(till)]
    reference = reference_rows(till)
    heads, items = print_items(till)
    body = [row for printed in items for row in printed.rows]
    summary = [*summary_rows(till)]
    slip = [*slip_rows(till)]
    footer = [*suggestion_rows(till), *footer_rows(till)]
    rule = till.separator_rows
    place = till.rng.random()
    rows = [*header]
    if place < 0.1:
        rows = [*reference, *header]
    elif place < 0.7:
        rows += reference
    rows += rule()
    if heads:
        rows += [*heads, *rule()]
    rows += [*body, *rule(), *summary, *rule()]
    if 0.7 <= place < 0.85:
        rows += reference
    rows += [*slip, *footer]
    if place >= 0.85:
        rows += reference
    return PrintedReceipt(tuple(rows), items)
