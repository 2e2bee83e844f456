"""The part of a page that names the buyer: its address and numbers are not the merchant's."""

from __future__ import annotations

from pipeline.assembly.tagged_page import TaggedPage
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import key_words

MERCHANTS = frozenset(("merchant_address", "merchant_phone", "merchant_tax_id"))
"""What the buyer has as well; the tagger knows whose name it is."""
_NAME = "merchant_name"
_LINES_BELOW = 4  # of the one that announces the buyer, at most


def words_of_buyer(tagged: TaggedPage) -> frozenset[int]:
    """The tokens behind a word such as `Cliente:`, and those of the next lines up to one with an
    amount, a date or the merchant's name."""
    found: set[int] = set()
    for number, line in enumerate(tagged.lines):
        announced = key_words().customer.search(line.text)
        if announced is None:
            continue
        found.update(line.within(announced.start(), len(line.text)))
        for below in tagged.lines[number + 1 : number + 1 + _LINES_BELOW]:
            names_merchant = any(tagged.label_at(token) == _NAME for token in below.tokens)
            if names_merchant or below.amounts or patterns.DATE.search(below.text):
                break
            found.update(below.tokens)
    return frozenset(found)
