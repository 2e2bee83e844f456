import pytest

from pipeline.ocr.page_reading import ReadWord
from pipeline.ocr.voting import voted


def reading(*words):
    return [ReadWord(text, start, end, confidence) for text, start, end, confidence in words]


def texts(*readings):
    return [word.text for word in voted(readings)]


def test_one_reading_stands():
    line = reading(("TOTAL", 0.0, 0.3, 0.9), ("7.50", 0.8, 1.0, 0.8))
    words = voted([line])
    assert [(word.text, word.start, word.end) for word in words] == [
        ("TOTAL", 0.0, 0.3),
        ("7.50", 0.8, 1.0),
    ]
    assert [word.confidence for word in words] == pytest.approx([0.9, 0.8])


def test_two_of_three_win_over_the_surest_and_doubt_shows():
    (word,) = voted(
        [reading((text, 0.8, 1.0, c)) for text, c in (("7.58", 0.9), ("7.50", 0.6), ("7.50", 0.6))]
    )
    assert word.text == "7.50"
    assert word.confidence == pytest.approx(1.2 / 3)


def test_words_cut_differently_compete_as_a_whole():
    whole = reading(("COFFEE", 0.0, 0.4, 0.8))
    cut = reading(("COF", 0.0, 0.2, 0.3), ("FEE", 0.21, 0.4, 0.3))
    assert texts(cut, whole) == ["COFFEE"]
    assert texts(cut, cut, whole, cut) == ["COF", "FEE"]


def test_an_amount_wins_over_what_is_none():
    assert texts(reading(("758", 0.8, 1, 0.9)), reading(("7.50", 0.8, 1, 0.5))) == ["7.50"]


def test_what_one_reading_sees_dimly_and_others_not_at_all_is_dropped():
    speck = reading(("~", 0.5, 0.52, 0.35))
    assert texts(speck, [], []) == []
    assert texts(speck, []) == ["~"]
    assert texts([], []) == []


def test_words_come_from_left_to_right():
    one = reading(("A", 0.0, 0.1, 0.9), ("C", 0.8, 0.9, 0.9))
    other = reading(("A", 0.0, 0.1, 0.9), ("B", 0.4, 0.5, 0.9), ("C", 0.8, 0.9, 0.9))
    assert texts(one, other) == ["A", "B", "C"]
