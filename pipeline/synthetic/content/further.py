"""Change what receipts say to kinds that ordinary drawn receipts lack: the firm behind a name..."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.synthetic.content.firms import with_firm
from pipeline.synthetic.content.fuel import with_pumped_fuel
from pipeline.synthetic.content.merchants import draw_address
from pipeline.synthetic.content.rates import with_true_rates
from pipeline.synthetic.content.receipt_content import ReceiptContent


def with_further_content(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with some of the changes."""
    for change, share in _CHANGES.items():
        if rng.random() < share:
            content = change(content, rng)
    return content


def with_head_office(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with the address of the head office, if it prints that of the shop."""
    office = draw_address(rng, content.country)
    if not content.merchant.address_lines or office == content.merchant.address_lines:
        return content
    return replace(content, merchant=replace(content.merchant, head_office=office))


_Change = Callable[[ReceiptContent, random.Random], ReceiptContent]
_CHANGES: Mapping[_Change, float] = {
    with_firm: 0.4,
    with_head_office: 0.3,
    with_pumped_fuel: 1,
    with_true_rates: 0.4,
}
"""Each with the share of receipts that it is tried on; some also ask what is sold where."""
