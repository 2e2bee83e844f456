"""Assembly: a page and its tags become the contents of a record."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.assembly.confidence.calibration import Calibration
from pipeline.assembly.fields.date_alternatives import with_date_alternatives
from pipeline.assembly.fields.header import header_fields
from pipeline.assembly.items.line_items import items_total, line_items
from pipeline.assembly.items.pruning import prune, without_summary
from pipeline.assembly.merchant.merchant import merchant_fields
from pipeline.assembly.record import (
    Tables,
    contents_of,
    reviewed,
    summary_amounts,
    summary_labels,
)
from pipeline.assembly.retagging.retag import retagged
from pipeline.assembly.summary.amount_candidates import AmountCandidate, find_amount_candidates
from pipeline.assembly.summary.checks import check_sums
from pipeline.assembly.summary.options import CASH, CHANGE, NOTHING, TAX, TOTAL, Option, unassigned
from pipeline.assembly.summary.reconcile import reconcile, surcharge_sums
from pipeline.assembly.summary.repair import repair
from pipeline.assembly.summary.summary_fields import summary_fields
from pipeline.assembly.summary.surcharges import surcharge_fields
from pipeline.assembly.tables.checks import check_payments, check_taxes
from pipeline.assembly.tables.payments import payment_list
from pipeline.assembly.tables.taxes import tax_lines, taxes_total
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.document import Page
from pipeline.labels import LabelSet
from pipeline.receipt import REVIEW_BELOW, Contents, LineItem
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
    tagged = retagged(TaggedPage.of(page, tags, label_set))
    items, summary, amounts = amounts_as_read(tagged)
    items, summary = repair(items, summary, amounts, tagged)
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
    contents = contents_of(fields, tables, checks, merchant, tagged)
    if calibration is not None:
        contents = calibration.apply(contents, tagged)
    return reviewed(with_date_alternatives(contents, tagged), label_set, review_below)


def amounts_as_read(
    tagged: TaggedPage,
) -> tuple[list[LineItem], dict[str, Option], list[AmountCandidate]]:
    """Line items, the summary's amounts and all candidates for them, before repair."""
    items = line_items(tagged)
    amounts = find_amount_candidates(tagged)
    labels = summary_labels(tagged.label_set)
    summary = reconcile(amounts, labels, items_total(items), taxes_total(tagged))
    return prune(without_summary(items, summary, tagged), summary), summary, amounts
