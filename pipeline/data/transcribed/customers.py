"""Tax ids of customers: numbers that receipts of many merchants print."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.data.splits import merchant_key
from pipeline.data.transcribed.transcription import transcription_of

_NUMBER = re.compile(r"(?<!\d)\d{8,14}(?!\d)")
_MOST_MERCHANTS = 20  # a chain's own number, its name misread in many ways, has fewer


def customers_numbers(records: Iterable[str]) -> frozenset[str]:
    """The numbers on receipts of more merchants than one merchant has spellings.

    Args:
        records: one JSON object each; those that cannot be read are passed over, as the record's
            own reader reports them.
    """
    merchants: dict[str, set[str]] = {}
    for record in records:
        try:
            receipt = transcription_of(record)
        except ValueError:
            continue
        name = merchant_key(receipt.merchant_name or receipt.id)
        for number in set(_NUMBER.findall(" ".join(receipt.lines))):
            merchants.setdefault(number, set()).add(name)
    return frozenset(number for number, of in merchants.items() if len(of) > _MOST_MERCHANTS)
