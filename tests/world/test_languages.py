"""The word list of each language is whole and can be printed."""

import pytest

from pipeline.synthetic.picture.fonts import TYPEFACES, missing_glyphs
from pipeline.world.languages import language, languages

FEW = {"guest", "tse"}  # of few countries
# What every till of a country prints in its own words; the rest may be English.
OWN = frozenset(
    "total subtotal tax discount item_discount cash change card cashier number title thanks"
    " register item amount price tax_table".split()
)


LANGUAGES = [one.name for one in languages()]


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_language_has_all_lists_and_no_empty_word(name: str) -> None:
    words = language(name).printing
    assert [key for key in words if key not in FEW and not words[key]] == []
    assert all(word.strip() for variants in words.values() for word in variants)
    assert len(words["months"]) == 12
    assert len(words["days"]) == 7
    assert len(words["tax_table"]) == 4


# Chinese and Japanese are only read: their drawn receipts are English.
ENGLISH = {"en", "en_IN", "en_MY", "ja", "zh"}


@pytest.mark.parametrize("name", sorted(set(LANGUAGES) - ENGLISH))
def test_a_language_has_words_of_its_own(name: str) -> None:
    english, words = language("en").printing, language(name).printing
    assert [key for key in OWN if words[key] == english[key]] == []


@pytest.mark.parametrize("typeface", [face for face, _ in TYPEFACES], ids=lambda face: face.family)
def test_typefaces_have_the_letters_of_every_language(typeface) -> None:
    words = [word for one in languages() for variants in one.printing.values() for word in variants]
    assert missing_glyphs(typeface, "".join(sorted(set("".join(words)) - {" "}))) == ""
