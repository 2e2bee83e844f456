"""Correct tokens and tags by what only the whole page shows, before values are read."""

from __future__ import annotations

from dataclasses import replace

from pipeline.assembly.retagging.rate_columns import rate_columns
from pipeline.assembly.retagging.spaced_thousands import with_spaced_thousands
from pipeline.assembly.retagging.summed_rows import with_summed_rows
from pipeline.assembly.retagging.tag_changes import without_labels
from pipeline.assembly.retagging.taxed_rows import with_taxed_rows
from pipeline.assembly.retagging.tip_suggestions import suggested_tips
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Role


def retagged(tagged: TaggedPage) -> TaggedPage:
    """The page with spaced thousands joined, tips that are only suggested and columns of tax rates
    untagged, rows of a table of taxes tagged by their sums, and rows that add up to the total
    tagged as line items."""
    tagged = with_taxed_rows(with_spaced_thousands(tagged))
    suggested = suggested_tips(tagged)
    amounts = tagged.labels_with(Role.SUMMARY) | set(tagged.columns().values())
    tags = without_labels(tagged.tags, suggested | rate_columns(tagged), amounts)
    return with_summed_rows(replace(tagged.with_tags(tags), excluded=suggested))
