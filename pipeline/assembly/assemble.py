"""Assembly: a page and its tags become the contents of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.assembly.as_read import amounts_as_read
from pipeline.assembly.confidence.calibration import Calibration
from pipeline.assembly.fields.date_alternatives import with_date_alternatives
from pipeline.assembly.fields.header import header_fields
from pipeline.assembly.items.line_items import items_total
from pipeline.assembly.merchant.merchant import merchant_fields
from pipeline.assembly.record import Tables, contents_of, reviewed, summary_amounts
from pipeline.assembly.retagging.retag import retagged
from pipeline.assembly.summary.checks import check_sums
from pipeline.assembly.summary.judgement import JudgementWeights, packaged_weights
from pipeline.assembly.summary.options import CASH, CHANGE, NOTHING, TAX, TOTAL, unassigned
from pipeline.assembly.summary.repair import repair
from pipeline.assembly.summary.sum_features import surcharge_sums
from pipeline.assembly.summary.summary_fields import summary_fields
from pipeline.assembly.summary.surcharges import surcharge_fields
from pipeline.assembly.tables.checks import check_payments, check_taxes
from pipeline.assembly.tables.payments import payment_list
from pipeline.assembly.tables.taxes import tax_lines
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.document import Page
from pipeline.labels import LabelSet
from pipeline.receipt import REVIEW_BELOW, Contents
from pipeline.tagging.types import Tags


def assemble(
    page: Page,
    tags: Tags,
    label_set: LabelSet,
    calibration: Calibration | None = None,
    review_below: Mapping[str, float] = REVIEW_BELOW,
) -> Contents:
    """Convert a tagged page to typed and checked contents of a record.

    A field's confidence is what the calibration makes of the evidence; without one its span's
    mean tag probability times its mean OCR confidence, clipped to 0 to 1 (``spans.Span``).
    Ambiguous dates are less sure (``date_alternatives``). Fields below their threshold in
    ``review_below`` ask for review.

    Raises:
        ValueError: the tags are not aligned with the page's tokens.
    """
    found = assembled(page, tags, label_set, calibration.judgement if calibration else None)
    contents = found.contents
    if calibration is not None:
        contents = calibration.apply(contents, found.tagged, found.likely)
    return reviewed(with_date_alternatives(contents, found.tagged), label_set, review_below)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A page's contents with the uncalibrated confidences, and what calibration needs.

    Attributes:
        likely: of the summary's fields the probability of their value, or that there is none.
    """

    contents: Contents
    tagged: TaggedPage
    likely: Mapping[str, float]


def assembled(
    page: Page, tags: Tags, label_set: LabelSet, weights: JudgementWeights | None = None
) -> Assembled:
    """The contents before calibration.

    Args:
        weights: by which amounts become fields; the packaged ones by default.

    Raises:
        ValueError: the tags are not aligned with the page's tokens.
    """
    tagged = retagged(TaggedPage.of(page, tags, label_set))
    read = amounts_as_read(tagged, weights.arrays() if weights else packaged_weights())
    amounts, likely = read.candidates, read.judgement.likely
    items, summary = repair(read.items, read.judgement.chosen, amounts, tagged)
    fields = header_fields(tagged) | summary_fields(summary, tagged)
    fields |= surcharge_fields(amounts, summary, items_total(items), tagged)
    stated = summary_amounts(fields, label_set)
    tables = Tables(
        items,
        tax_lines(tagged, summary.get(TAX, NOTHING)),
        payment_list(tagged, summary.get(CASH, NOTHING), stated.get(TOTAL), stated.get(CHANGE)),
    )
    checks = [
        *check_sums(items, stated, surcharge_sums(unassigned(amounts, summary))),
        *check_taxes(tables.taxes, stated),
        *check_payments(tables.payments, stated),
    ]
    merchant = merchant_fields(tagged, fields.get("merchant_name"))
    contents = contents_of(fields, tables, checks, merchant, likely, tagged)
    return Assembled(contents, tagged, likely)
