"""Change what receipts say to kinds that ordinary drawn receipts lack: the firm behind a name..."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from pipeline.synthetic.content.firms import with_firm
from pipeline.synthetic.content.receipt_content import ReceiptContent

_Change = Callable[[ReceiptContent, random.Random], ReceiptContent]
_CHANGES: Mapping[_Change, float] = {with_firm: 0.4}
"""Each with the share of receipts that it is tried on."""


def with_further_content(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with some of the changes."""
    for change, share in _CHANGES.items():
        if rng.random() < share:
            content = change(content, rng)
    return content
