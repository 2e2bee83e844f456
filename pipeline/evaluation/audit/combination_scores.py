"""How well unusual combinations of values are found in the receipts of a drawn company."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.audit.combinations.find import FARTHEST, company_of
from pipeline.audit.combinations.values import Values, values_of
from pipeline.audit.receipts import AuditedReceipt, Claim
from pipeline.evaluation.audit.audited_pile import TODAY
from pipeline.evaluation.audit.habits_pile import ODDITIES, Spent, draw_company
from pipeline.evaluation.audit.precision_recall import IN_USE, Cases, curve_lines
from pipeline.evaluation.small_samples import shown
from pipeline.receipt import Receipt

MISSED_COMBINATION = 10.0
"""What an unusual combination costs that is not found, in looks: most are harmless."""


def combination_lines(count: int, seed: int, miss: float) -> Iterator[str]:
    """Recall by what is unusual, false findings, and the curve.

    Args:
        miss: what an oddity costs that is not found, in looks at a finding.
    """
    drawn = list(draw_company(count, seed, IN_USE))
    values = [values_of_spent(one) for one in drawn]
    company = company_of(values)
    if company is None:
        yield f"{count} receipts are too few"
        return
    distances = np.array([company.distance(one) for one in values])
    odd = np.array([bool(one.oddity) for one in drawn])
    yield "| combination | found | of | recall |\n| --- | ---: | ---: | ---: |"
    for name in ODDITIES:
        found = [
            d >= FARTHEST for d, one in zip(distances, drawn, strict=True) if one.oddity == name
        ]
        yield f"| {name} | {sum(found)} | {len(found)} | {shown(found)} |"
    alarms = list(distances[~odd] >= FARTHEST)
    yield f"{sum(alarms)} of {len(alarms)} usual receipts are reported: {shown(alarms)}"
    yield from curve_lines("combinations", Cases(distances[odd], distances[~odd], FARTHEST), miss)


def values_of_spent(spent: Spent) -> Values:
    """The values that the audit would see."""
    claim = Claim(path="", person=spent.person, category=spent.category)
    record = record_of(spent)
    return values_of(AuditedReceipt(spent.number, "", record, spent.items, (claim,), TODAY))


def record_of(spent: Spent) -> Receipt:
    """The receipt as a record."""
    values = {
        "merchant_name": f"{spent.category} {spent.number % 50}".upper(),
        "date": spent.day.isoformat(),
        "time": f"{spent.hour:02}:{spent.minute:02}",
        "currency": spent.currency,
        "total": spent.total,
        "tax": spent.tax,
    }
    fields = {
        name: {"value": one, "text": str(one), "confidence": 0.97, "boxes": []}
        for name, one in values.items()
    }
    item = {"total": {"value": "1", "text": "1", "confidence": 0.97, "boxes": []}}
    return Receipt.model_validate(
        {
            "source": {"path": f"{spent.number:06}.jpg", "page": 1, "sha256": None},
            "status": "ok",
            "engine": "drawn",
            "model": "drawn",
            **fields,
            "items": [item] * spent.items,
        }
    )
