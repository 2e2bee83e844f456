"""Restore the spaces in text that is annotated without them: ``MIAMIBEACH#182``.

Marks, digits and capitals show most word boundaries. What is left, a run of letters in
one case, is cut by Viterbi search over a word list in which a word's cost grows with
the logarithm of its rank (Zipf's law).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

WORD_COST = 3.0  # of each word
SHORT_WORD = 1.5  # more, for each letter that a word is shorter than four
UNKNOWN_COST = 5.0  # of letters that are not in the word list
UNKNOWN_LETTER = 2.4  # more, for each of these letters
LONE_LETTER = 15.0
SHORTEST_RUN = 6  # letters; shorter runs, and runs of mixed case, are left whole
COMMON_RANK = 150  # words of two letters count only when as common as this
LONGEST_WORD = 20
# Words that are common on receipts, but not in other texts.
_RECEIPT_WORDS = (
    "blvd ave qty subtotal amt tel gst vat sdn bhd visa cashier receipt auth approved "
    "customer merchant survey latte cappuccino burger fries pepsi sprite"
).split()
_RECEIPT_RANK = 2000
# The words of the vocabulary of BERT (uncased; Google, Apache License 2.0), which is in the order
# of frequency. A list of its own keeps the truth of a dataset apart from the models.
_WORDS = Path(__file__).with_name("words_by_frequency.txt")

# A space belongs at each of these places; each is looked at with what stands around it.
_BOUNDARIES = re.compile(
    r"""
    (?<=[a-zà-ÿ]{2})(?=[A-Z][a-zà-ÿ])                 # Puerto|Rican
  | (?<=[a-zà-ÿ]{2})(?=[A-Z]{2,}(?![a-z]))              # Merchant|ID
  | (?<=[A-Z][a-zà-ÿ])(?<!Mc)(?=[A-Z][a-zà-ÿ]{2})       # We|Hope, but not Mc|Donald
  | (?<=[A-Z]{3})(?=[A-Z][a-z]{3})                      # ABC|Street
  | (?<=[A-Za-z]{3})(?=\d)                              # TEA|10, Terminal|12
  | (?<=[A-Z]{2})(?=\d{5}(?!\d))                        # FL|33181
  | (?<=\d)(?=[A-Za-z]{4})(?!x[A-Z])                   # 14585|BISCAYNE
  | (?<=\dx)(?=[A-Z][a-z])                             # 2x|Coke
  | (?<=\d[NSEW])(?=[A-Z][a-z])                        # 12325S|Orange
  | (?<=\d)(?=(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?![A-Za-z]))  # 27|Dec
  | (?<=%)(?=[A-Za-z])                                  # 7%|TAX
  | (?<=[A-Za-z][,;:])(?=[A-Za-z\d$€£\#])               # MIAMI,|FL  TOTAL:|5
  | (?<=\d[,;])(?=[A-Za-z])                             # 99,|LANE
  | (?<=\d{2},)(?=\d{4}(?!\d))(?<=[A-Za-z]\d{2},)       # JULY20,|2011
  | (?<=[A-Za-z]{2}\.)(?=[A-Za-z]{2}(?!\w*$|om\b))      # BLVD.|MIAMI
  | (?<=[A-Za-z]{2})(?=[\#$€£])                         # BEACH|#182
  | (?<=[A-Za-z]{3})(?=[(\[])                           # NAME|(
  | (?<=[)\]])(?=[A-Za-z])                              # )|NAME
  | (?<=[A-Za-z]{3})(?=&[A-Za-z]{3})|(?<=[A-Za-z]{3}&)(?=[A-Za-z]{3})
    """,
    re.VERBOSE,
)
_WEB = re.compile(r"www\.|@|https?:|\.(com|net|org)\b", re.IGNORECASE)
_CODE_SWITCHES = 4  # letters to digits and back so often: a serial number, no words
_LETTERS = re.compile(r"[^\W\d_]+")


def respace(text: str, ranks: Mapping[str, int]) -> str:
    """The text with spaces between its words, and no other change.

    Args:
        text: as annotated; parts that have spaces already are cut further.
        ranks: lower-case word to its rank by frequency, 0 for the commonest.
    """
    return " ".join(_respace_part(part, ranks) for part in text.split())


def word_ranks(words: Iterable[str]) -> dict[str, int]:
    """Ranks for ``respace`` from a list of words by decreasing frequency.

    Entries that are not all letters are dropped (a BERT vocabulary has pieces such as
    ``##ing`` and control tokens), words of two letters too unless common,
    and single letters always.
    """
    ranks: dict[str, int] = {}
    for word in words:
        if len(word) > 1 and word.isalpha() and word.isascii() and word.islower():
            ranks.setdefault(word, len(ranks))
    return {word: rank for word, rank in ranks.items() if len(word) > 2 or rank < COMMON_RANK}


@cache
def default_ranks() -> Mapping[str, int]:
    """Ranks of the 21,719 words in BERT's vocabulary, in its order, and of receipts' own words."""
    ranks = word_ranks(_WORDS.read_text(encoding="utf-8").splitlines())
    return {**dict.fromkeys(_RECEIPT_WORDS, _RECEIPT_RANK), **ranks}


def _respace_part(part: str, ranks: Mapping[str, int]) -> str:
    if _WEB.search(part) or _is_code(part):
        return part
    marked = _BOUNDARIES.sub(" ", part)
    return _LETTERS.sub(lambda run: _respace_run(run.group(), ranks), marked)


def _is_code(part: str) -> bool:
    kinds = re.findall(r"[A-Za-z]+|\d+", part)
    return len(kinds) > _CODE_SWITCHES and sum(len(kind) < 4 for kind in kinds) > 3


def _respace_run(run: str, ranks: Mapping[str, int]) -> str:
    if len(run) < SHORTEST_RUN or not (run.isupper() or run.islower() or run.istitle()):
        return run
    lower = run.lower()
    # best[end]: cost of the cheapest cut of the first letters, and where its last word starts.
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        best.append(
            min(
                (best[start][0] + _cost(lower[start:end], ranks), start)
                for start in range(max(0, end - LONGEST_WORD), end)
            )
        )
    words: list[str] = []
    end = len(run)
    while end:
        start = best[end][1]
        words.append(run[start:end])
        end = start
    return " ".join(reversed(words))


def _cost(word: str, ranks: Mapping[str, int]) -> float:
    rank = ranks.get(word)
    if rank is None:
        return LONE_LETTER if len(word) == 1 else UNKNOWN_COST + UNKNOWN_LETTER * len(word)
    return WORD_COST + SHORT_WORD * max(0, 4 - len(word)) + math.log(rank + 2)
