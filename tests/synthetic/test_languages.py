"""The word list of each language is whole and can be printed."""

import pytest

from pipeline.synthetic.content.countries import language_words, languages
from pipeline.synthetic.picture.fonts import TYPEFACES, lacks

GERMAN_ONLY = {"guest", "tse"}
# What every till of a country prints in its own words; the rest may be English.
OWN = frozenset(
    "total subtotal tax discount item_discount cash change card cashier number title thanks"
    " register item amount price tax_table".split()
)


@pytest.mark.parametrize("language", languages())
def test_a_language_has_all_lists_and_no_empty_word(language: str) -> None:
    words = language_words(language)
    assert set(words) - GERMAN_ONLY == set(language_words("en"))
    assert [
        key for key, variants in words.items() if not all(word.strip() for word in variants)
    ] == []
    assert len(words["months"]) == 12
    assert len(words["days"]) == 7
    assert len(words["tax_table"]) == 4


@pytest.mark.parametrize("language", sorted(set(languages()) - {"en", "in", "my"}))
def test_a_language_has_words_of_its_own(language: str) -> None:
    english, words = language_words("en"), language_words(language)
    assert [key for key in OWN if words[key] == english[key]] == []


@pytest.mark.parametrize("typeface", [face for face, _ in TYPEFACES], ids=lambda face: face.family)
def test_typefaces_have_the_letters_of_every_language(typeface) -> None:
    letters = {
        letter
        for language in languages()
        for variants in language_words(language).values()
        for letter in "".join(variants).replace(" ", "")
    }
    assert lacks(typeface, "".join(sorted(letters))) == ""
