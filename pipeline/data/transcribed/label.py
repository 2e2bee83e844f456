"""Label the words of a page with the values of its transcription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.data.line_items import COLUMNS as COLUMN_OF
from pipeline.data.tags import spans
from pipeline.data.transcribed.found import Found, Labelling, completely_annotated, labelled
from pipeline.data.transcribed.header import (
    find_day,
    find_payment,
    find_phone,
    find_tax_id,
    find_texts,
    find_time,
)
from pipeline.data.transcribed.items import PrintedItem, find_items
from pipeline.data.transcribed.numbers import numbers
from pipeline.data.transcribed.summary import announced_amounts, find_summary
from pipeline.data.transcribed.transcription import Transcription
from pipeline.document import Page
from pipeline.labels import label_of
from pipeline.text_lines.lines import read_lines


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page's labels and the values that they mark, as printed."""

    labelling: Labelling
    fields: Mapping[str, str]
    items: tuple[Mapping[str, str], ...]


def label_page(
    page: Page,
    receipt: Transcription,
    before: Labelling,
    customers: frozenset[str],
    known: frozenset[str] = frozenset(),
) -> LabelledPage:
    """Find the values of a transcription on a page.

    A label is annotated if its value was found, or if nothing on the page announces one. A value
    that is transcribed but not printed, one that does not add up, and others that the page may
    hold beside it leave the label unannotated, and without tags.

    Args:
        page: from annotated boxes, from the transcription's own lines or from OCR.
        before: what is labelled already.
        customers: tax ids that are no merchant's.
        known: labels that another source annotates; they are left as they are.
    """
    lines = read_lines(page)

    def add(found: Iterable[Found], to: Labelling) -> Labelling:
        return labelled(to, (one for one in found if one.label not in known))

    day = find_day(page, receipt)
    labelling = add([day, find_time(page, receipt, day)], before)
    announced = announced_amounts(lines, receipt.total or 0)
    labelling = add(find_summary(lines, announced, receipt), labelling)
    named = {index for one in announced for index in one.span}
    columns, items = find_items(lines, set(labelling.free) - named, receipt)
    labelling = add(columns, labelling)
    codes = [find_phone(lines, receipt), find_tax_id(lines, receipt, customers)]
    labelling = add(codes, labelling)
    labelling = add(find_texts(page, lines, labelling.free, receipt), labelling)
    labelling = completely_annotated(add([find_payment(lines, receipt)], labelling))
    has_items = "item_description" in labelling.annotated
    return LabelledPage(
        labelling,
        {**_fields(page, labelling), **_whole_tax(page, labelling, receipt)},
        tuple(_item(page, one, labelling) for one in items) if has_items else (),
    )


def _fields(page: Page, labelling: Labelling) -> dict[str, str]:
    """The first value of each label as printed; of an address all parts."""
    fields: dict[str, str] = {}
    for label, first, end in spans(labelling.tags):
        if label in COLUMN_OF:
            continue
        text = _text(page, range(first, end))
        if label == "merchant_address" and label in fields:
            fields[label] = f"{fields[label]} {text}"
        fields.setdefault(label, text)
    return fields


def _whole_tax(page: Page, labelling: Labelling, receipt: Transcription) -> dict[str, str]:
    """Of several taxes the sum."""
    values = {
        numbers(token.text)
        for token, tag in zip(page.tokens, labelling.tags, strict=True)
        if label_of(tag) == "tax" and numbers(token.text)
    }
    return {"tax": f"{receipt.tax:.2f}"} if len(values) > 1 else {}


def _item(page: Page, one: PrintedItem, labelling: Labelling) -> dict[str, str]:
    """The columns that are annotated."""
    return {
        COLUMN_OF[label]: _text(page, span)
        for label, span in one.spans.items()
        if label in labelling.annotated
    }


def _text(page: Page, indices: Sequence[int]) -> str:
    return " ".join(page.tokens[index].text for index in indices)
