"""Tag the rows of a table of taxes where their amounts prove it: `20,00%  6,50  1,30  7,80`."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

from pipeline.assembly.retagging.tag_changes import with_tags
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, parse_amount
from pipeline.assembly.values.percentages import only_rate
from pipeline.labels import OUTSIDE, Table, tag_of
from pipeline.text_lines.lines import Line

_SURE = 0.9  # the probability of a tag that two sums confirm
_NET, _AMOUNT = "net", "amount"


def with_taxed_rows(tagged: TaggedPage) -> TaggedPage:
    """The page with the net amount and the tax of such rows tagged as these, and the sum of both as
    neither.

    A row holds a rate that makes the tax of the net amount, and the sum of both. Tokens that are
    tagged as something else keep their tags.
    """
    columns = {
        label.column: label.name for label in tagged.label_set.of_table(Table.TAXES) if label.column
    }
    if not columns.keys() >= {_NET, _AMOUNT}:
        return tagged
    free = {None, *columns.values()}
    changed: dict[int, str] = {}
    for line in tagged.lines:
        places = [at for at in line.amounts if tagged.label_at(line.tokens[at]) in free]
        proven = _net_tax_gross(line, places, tagged)
        if proven is not None:
            net, tax, gross = (line.tokens[at] for at in proven)
            changed |= {
                net: tag_of(columns[_NET], inside=False),
                tax: tag_of(columns[_AMOUNT], inside=False),
                gross: OUTSIDE,
            }
    return tagged.with_tags(with_tags(tagged.tags, changed, _SURE))


def _net_tax_gross(
    line: Line, places: list[int], tagged: TaggedPage
) -> tuple[int, int, int] | None:
    """The places of the three amounts in the line, if they are there."""
    rate = only_rate(line.text)
    if rate is None or len(places) < 3:
        return None
    number_format = tagged.conventions.number_format
    values = {at: parse_amount(line.words[at], number_format) for at in places}
    for ways in permutations(places, 3):
        net, tax, gross = (values[at] for at in ways)
        if net and tax and gross and _adds_up(net, tax, gross, rate):
            return ways
    return None


def _adds_up(net: Decimal, tax: Decimal, gross: Decimal, rate: Decimal) -> bool:
    return 0 < tax < net and net + tax == gross and abs(net * rate - tax) <= CENT
