"""SROIE task 3 (Huang et al., ICDAR 2019): four strings a receipt, equal or not.

The competition's protocol compares each submitted text with the ground truth: it is correct
if content and category both match, and precision, recall and F1 are over all texts of all
receipts. Nothing is normalised: case, spaces and punctuation count.
"""

from __future__ import annotations

import re

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.sroie import FIELDS
from pipeline.evaluation.scores import Score, total
from pipeline.receipt import Contents

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")


def submission(contents: Contents) -> dict[str, str]:
    """What would be handed in, by the competition's names: texts as read.

    Of the total the number alone, as most of the published totals are written, and as
    mended where the sums have mended it.
    """
    fields = {key: getattr(contents, label) for key, label in FIELDS.items()}
    texts = {key: field.text for key, field in fields.items() if field is not None}
    total = fields["total"]
    if total is not None and total.repaired:
        texts["total"] = f"{total.value:.2f}"
    elif total is not None and (number := _NUMBER.search(total.text)):
        texts["total"] = number.group()
    return texts


def task3_counts(contents: Contents, page: AnnotatedPage) -> dict[str, Score]:
    """Of one receipt: ``sroie.company``, ``.date``, ``.address``, ``.total`` and ``sroie.task3``
    over the four; empty for a receipt of another source."""
    if page.source != "sroie":
        return {}
    submitted = submission(contents)
    counts = {}
    for key, label in FIELDS.items():
        truth, text = page.fields.get(label), submitted.get(key)
        hit = truth is not None and text == truth
        counts[f"sroie.{key}"] = Score(int(hit), int(text is not None), int(truth is not None))
    return {**counts, "sroie.task3": total(counts.values())}
