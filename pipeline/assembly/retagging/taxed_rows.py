"""Tag the rows of a table of taxes where their amounts prove it: `20,00%  6,50  1,30  7,80`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from pipeline.assembly.retagging.tag_changes import with_tags
from pipeline.assembly.summary.taxed_lines import amounts_of
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT
from pipeline.assembly.values.percentages import only_rate
from pipeline.labels import OUTSIDE, Table, tag_of

_SURE = 0.9  # the probability of a tag that two sums confirm
_RATE, _NET, _AMOUNT = "rate", "net", "amount"


def with_taxed_rows(tagged: TaggedPage) -> TaggedPage:
    """The page with the net amount and the tax of such rows tagged as these, and the sum of both as
    neither.

    A row holds a rate that makes the tax of the net amount, and the sum of both; the sum may be
    missing where the rate is tagged as one. Tokens that are tagged as something else keep their
    tags.
    """
    columns = {
        label.column: label.name for label in tagged.label_set.of_table(Table.TAXES) if label.column
    }
    if not columns.keys() >= {_RATE, _NET, _AMOUNT}:
        return tagged
    free = {None, *columns.values()}
    number_format = tagged.conventions.number_format
    changed: dict[int, str] = {}
    for line in tagged.lines:
        rate = only_rate(line.text)
        if rate is None:
            continue
        amounts = [
            one for one in amounts_of(line, number_format) if tagged.label_at(one[0]) in free
        ]
        of_table = any(tagged.label_at(token) == columns[_RATE] for token in line.tokens)
        proven = _net_tax_gross(amounts, rate) or (_net_tax(amounts, rate) if of_table else None)
        if proven is not None:
            net, tax, *gross = proven
            changed |= {
                net: tag_of(columns[_NET], inside=False),
                tax: tag_of(columns[_AMOUNT], inside=False),
                **dict.fromkeys(gross, OUTSIDE),
            }
    return tagged.with_tags(with_tags(tagged.tags, changed, _SURE))


def _net_tax_gross(
    amounts: Sequence[tuple[int, Decimal]], rate: Decimal
) -> tuple[int, int, int] | None:
    """The tokens of the three amounts, if they are among these tokens and values."""
    for (net, its_value), (tax, its_tax), (gross, whole) in permutations(amounts, 3):
        if _adds_up(its_value, its_tax, whole, rate):
            return net, tax, gross
    return None


def _net_tax(amounts: Sequence[tuple[int, Decimal]], rate: Decimal) -> tuple[int, int] | None:
    """The tokens of both, if these are the only two amounts."""
    if len(amounts) == 2:
        for (net, its_value), (tax, its_tax) in permutations(amounts, 2):
            if _is_tax_on(its_tax, its_value, rate):
                return net, tax
    return None


def _adds_up(net: Decimal, tax: Decimal, gross: Decimal, rate: Decimal) -> bool:
    return net + tax == gross and _is_tax_on(tax, net, rate)


def _is_tax_on(tax: Decimal, net: Decimal, rate: Decimal) -> bool:
    return 0 < tax < net and abs(net * rate - tax) <= CENT
