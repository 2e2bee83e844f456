"""Correct tokens and tags by what only the whole page shows, before values are read."""

from __future__ import annotations

from dataclasses import replace

from pipeline.assembly.retagging.rate_columns import rate_columns
from pipeline.assembly.retagging.section_sums import section_sums
from pipeline.assembly.retagging.spaced_thousands import with_spaced_thousands
from pipeline.assembly.retagging.summed_rows import with_summed_rows
from pipeline.assembly.retagging.tag_changes import without_labels
from pipeline.assembly.retagging.taxed_rows import with_taxed_rows
from pipeline.assembly.retagging.tip_suggestions import suggested_tips
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Role


def retagged(tagged: TaggedPage) -> TaggedPage:
    """The page with spaced thousands joined, tips that are only suggested, sums of sections and
    columns of tax rates untagged, rows of a table of taxes tagged by their sums, and rows that add
    up to the total tagged as line items."""
    tagged = _without_section_sums(with_taxed_rows(with_spaced_thousands(tagged)))
    suggested = suggested_tips(tagged)
    tags = without_labels(tagged.tags, suggested | rate_columns(tagged), _amounts(tagged))
    return with_summed_rows(replace(tagged.with_tags(tags), excluded=tagged.excluded | suggested))


def _without_section_sums(tagged: TaggedPage) -> TaggedPage:
    """The page on which the sums of a shop's sections are no amounts of the receipt."""
    sums = section_sums(tagged)
    if not sums:
        return tagged
    words = {token for number in sums for token in tagged.lines[number].tokens}
    tags = without_labels(tagged.tags, words, _amounts(tagged))
    return replace(
        tagged.with_tags(tags),
        labelled_amounts=tuple(
            one for one in tagged.labelled_amounts if one.line_number not in sums
        ),
        excluded=tagged.excluded | set(sums.values()),
    )


def _amounts(tagged: TaggedPage) -> frozenset[str]:
    """The labels of the summary and of the line items' columns."""
    return tagged.labels_with(Role.SUMMARY) | set(tagged.columns().values())
