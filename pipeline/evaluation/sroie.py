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

    Of the total the number alone: that is how most of the published totals are written.
    """
    texts = {}
    for key, label in FIELDS.items():
        field = getattr(contents, label)
        if field is not None:
            number = _NUMBER.search(field.text) if key == "total" else None
            texts[key] = number.group() if number else field.text
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
