"""Attribute each lost line item to a stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from pipeline.assembly.spans import spans_of
from pipeline.evaluation.blame import Stage, contains
from pipeline.evaluation.cases import Case
from pipeline.evaluation.fields import SIMILAR, letters
from pipeline.evaluation.items import annotated_columns, found_items, lenient
from pipeline.labels import LabelSet, Table, ValueType

_COLUMNS = ("description", "total")  # what a lenient match looks at


def lost_items(cases: Sequence[Case], label_set: LabelSet) -> dict[str, int]:
    """The number of true items that were ``found`` (leniently), and the number that each stage
    lost; empty if the source does not annotate line items."""
    annotated = [
        case for case in cases if "description" in annotated_columns(case.truth, label_set)
    ]
    if not annotated:
        return {}
    counts = {"found": 0, **{stage.value: 0 for stage in Stage}}
    for case in annotated:
        lost = list(_lost(case, label_set))
        counts["found"] += len(case.truth.items) - len(lost)
        for stage in lost:
            counts[stage.value] += 1
    return counts


def _lost(case: Case, label_set: LabelSet) -> Iterator[Stage]:
    found = found_items(case.contents.items, case.truth.items, lenient)
    annotated = [token.text for token in case.truth.page.tokens]
    read = [token.text for token in case.reading.page.tokens]
    tagged = _tagged(case, label_set)
    for number, item in enumerate(case.truth.items):
        if number in found:
            continue
        if not _contains_item(item, dict.fromkeys(_COLUMNS, annotated)):
            yield Stage.TRUTH
        elif not _contains_item(item, dict.fromkeys(_COLUMNS, read)):
            yield Stage.OCR
        else:
            yield Stage.ASSEMBLY if _contains_item(item, tagged) else Stage.TAGGING


def _tagged(case: Case, label_set: LabelSet) -> dict[str, list[str]]:
    """Column to the texts of the spans tagged as it."""
    texts: dict[str, list[str]] = {column: [] for column in _COLUMNS}
    columns = {label.name: label.column for label in label_set.of_table(Table.ITEMS)}
    for span in spans_of(case.reading.page, case.tags):
        column = columns.get(span.label)
        if column in texts:
            texts[column].append(span.text)
    return texts


def _contains_item(item: Mapping[str, str], texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether the texts contain the item's amount and something similar to its description."""
    total = item.get("total")
    if total and not contains(texts["total"], total, ValueType.AMOUNT):
        return False
    wanted = letters(item.get("description", ""))
    joined = letters("".join(texts["description"]))
    return not wanted or _part_likeness(wanted, joined) >= 100 * SIMILAR


def _part_likeness(wanted: str, text: str) -> float:
    """Similarity 0 to 100 of the most similar part of the text; a text shorter than the wanted one
    is compared as a whole."""
    if len(text) < len(wanted):
        return fuzz.ratio(wanted, text)
    return fuzz.partial_ratio(wanted, text)
