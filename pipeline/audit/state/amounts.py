"""How often which amounts occur in a group: counts in buckets of a logarithmic scale.

Counts can be added and taken away in any order, and take bounded memory: the median and the
median deviation (`statistics/spread.py`) are those of all receipts, to within a bucket.
"""

from __future__ import annotations

import math
import sqlite3
from decimal import Decimal

from pipeline.audit.receipts import AuditedReceipt

BUCKETS_PER_FACTOR_E = 50
"""A bucket is 2 % wide."""


def bucket_of(amount: Decimal) -> int | None:
    """The bucket of an amount; ``None`` for nothing and for what is paid back."""
    return round(math.log(float(amount)) * BUCKETS_PER_FACTOR_E) if amount > 0 else None


def groups_of(receipt: AuditedReceipt) -> dict[str, str]:
    """Kind and name of the groups that the receipt is compared within, by currency."""
    currency = receipt.value("currency") or "?"
    category = receipt.category
    named = {
        "merchant": receipt.merchant,
        "category": category,
        "city": f"{receipt.city}, {category}" if receipt.city and category else None,
        "person": f"{receipt.person}, {category}" if receipt.person and category else None,
    }
    return {kind: f"{name}, {currency}" for kind, name in named.items() if name is not None}


def count_amounts(database: sqlite3.Connection, receipt: AuditedReceipt, change: int) -> None:
    """Add the receipt's total to its groups (``change`` 1), or take it away (-1)."""
    total = receipt.value("total")
    bucket = None if total is None else bucket_of(total)
    if bucket is None:
        return
    database.executemany(
        "INSERT INTO amounts VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kind, name, bucket) DO UPDATE SET count = count + excluded.count",
        [(kind, name, bucket, change) for kind, name in groups_of(receipt).items()],
    )


def counts_of(database: sqlite3.Connection, kind: str, name: str) -> list[tuple[int, int]]:
    """Bucket and count of a group, from the smallest amount."""
    rows = database.execute(
        "SELECT bucket, count FROM amounts WHERE kind = ? AND name = ? AND count > 0"
        " ORDER BY bucket",
        [kind, name],
    )
    return [(int(bucket), int(count)) for bucket, count in rows]
