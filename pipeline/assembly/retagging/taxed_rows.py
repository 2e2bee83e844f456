"""Tag the rows of a table of taxes where their amounts prove it: `20,00%  6,50  1,30  7,80`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from pipeline.assembly.retagging.tag_changes import with_tags
from pipeline.assembly.summary.taxed_lines import amounts_of, is_tax_on_net, rates_of, taxed_row
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import OUTSIDE, Table, tag_of
from pipeline.text_lines.lines import Line

_SURE = 0.9  # the probability of a tag that two sums confirm
_RATE, _NET, _AMOUNT = "rate", "net", "amount"


def with_taxed_rows(tagged: TaggedPage) -> TaggedPage:
    """The page with rate, net amount and tax of such rows tagged as these, and the sum of both as
    none of them.

    A row holds a rate that makes the tax of the net amount, and the sum of both; the sum may be
    missing where the rate is tagged as one. A net amount or tax that is tagged as something else
    keeps its tag, and the row is none.
    """
    columns = {
        label.column: label.name for label in tagged.label_set.of_table(Table.TAXES) if label.column
    }
    if not columns.keys() >= {_RATE, _NET, _AMOUNT}:
        return tagged
    changed: dict[int, str] = {}
    for line in tagged.lines:
        changed |= _proven(line, columns, tagged)
    return tagged.with_tags(with_tags(tagged.tags, changed, _SURE))


def _proven(line: Line, columns: Mapping[str, str], tagged: TaggedPage) -> dict[int, str]:
    """The tags of the line's tokens, if it is such a row."""
    free = {None, *columns.values()}
    if row := taxed_row(line, tagged.conventions.number_format):
        rate = {token for token in row.rate if tagged.label_at(token) in free}
        gross = {row.gross} if tagged.label_at(row.gross) in columns.values() else set()
        net, tax = row.net, row.tax
    elif pair := _net_and_tax(line, columns[_RATE], tagged):
        rate, gross, (net, tax) = set(), set(), pair
    else:
        return {}
    if not {tagged.label_at(net), tagged.label_at(tax)} <= free:
        return {}
    return {
        **{token: tag_of(columns[_RATE], inside=token != min(rate)) for token in rate},
        **dict.fromkeys(gross, OUTSIDE),
        net: tag_of(columns[_NET], inside=False),
        tax: tag_of(columns[_AMOUNT], inside=False),
    }


def _net_and_tax(line: Line, rate_label: str, tagged: TaggedPage) -> tuple[int, int] | None:
    """The tokens of both, if a tagged rate makes one of the other and these are the only two
    amounts."""
    for tokens, rate in rates_of(line):
        if any(tagged.label_at(token) == rate_label for token in tokens):
            amounts = amounts_of(line, tagged.conventions.number_format)
            others = [one for one in amounts if one[0] not in tokens]
            for (net, its_value), (tax, its_tax) in permutations(others, 2):
                if len(others) == 2 and is_tax_on_net(its_tax, its_value, rate):
                    return net, tax
    return None
