"""SROIE task 3 (Huang et al., ICDAR 2019): four strings per receipt, compared exactly.

The competition's protocol (its page of tasks, https://rrc.cvc.uab.es/?ch=13&com=tasks) compares
each submitted text with the ground truth: it is correct if content and category both match.
Precision is over all submitted texts, recall over all published ones, of all receipts together;
F1 of the two ranks. Nothing is normalised: case, spaces and punctuation count. An empty text
counts as missing, whether published (one total of the training set is) or submitted.
"""

from __future__ import annotations

import re

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.sroie import FIELDS
from pipeline.evaluation.scores import Score, total
from pipeline.receipt import Contents

FIGURES = tuple(f"sroie.{name}" for name in (*FIELDS, "task3"))
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")


def submission(contents: Contents) -> dict[str, str]:
    """The four texts in the competition's categories: as read, in the style of the published ones.

    That is in capitals, as every published text of the training set is, whatever the receipt
    prints; and of the total the number alone, as most are. A total that the sums corrected is
    submitted as corrected.
    """
    fields = {key: getattr(contents, label) for key, label in FIELDS.items()}
    texts = {key: field.text.upper() for key, field in fields.items() if field is not None}
    total = fields["total"]
    if total is not None and total.repaired:
        texts["total"] = f"{total.value:.2f}"
    elif total is not None and (number := _NUMBER.search(texts["total"])):
        texts["total"] = number.group()
    return texts


def task3_counts(contents: Contents, page: AnnotatedPage) -> dict[str, Score]:
    """Counts of one receipt: ``sroie.company``, ``.date``, ``.address``, ``.total`` and
    ``sroie.task3`` over the four; empty for other datasets."""
    if page.source != "sroie":
        return {}
    submitted = submission(contents)
    counts = {}
    for key, label in FIELDS.items():
        truth, text = page.fields.get(label) or None, submitted.get(key)
        hit = truth is not None and text == truth
        counts[f"sroie.{key}"] = Score(int(hit), int(text is not None), int(truth is not None))
    return {**counts, "sroie.task3": total(counts.values())}
