import pytest

from pipeline.document import Reading
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.voting import better_of, voted


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


def possible(word):
    return {one.text: one.probability for one in word.readings}


def test_what_loses_the_vote_is_a_reading_with_its_share():
    (word,) = voted(
        [reading((text, 0.8, 1.0, c)) for text, c in (("7.58", 0.9), ("7.50", 0.6), ("7.50", 0.6))]
    )
    assert possible(word) == pytest.approx({"7.50": 1.2 / 2.1, "7.58": 0.9 / 2.1}, abs=1e-4)
    (agreed,) = voted([reading(("7.50", 0.8, 1.0, 0.9))] * 3)
    assert agreed.readings == ()


def test_a_word_that_was_read_in_two_parts_is_one_reading():
    (word,) = voted(
        [reading(("7.50", 0.8, 1, 0.9)), reading(("7", 0.8, 0.9, 0.8), ("50", 0.92, 1, 0.8))]
    )
    assert list(possible(word)) == ["7.50", "750"]


def line(confidence, *words):
    return ReadLine(
        tuple(ReadWord(text, s, e, confidence, r) for text, s, e, r in words), confidence
    )


def test_the_better_of_two_keeps_what_the_other_saw():
    narrow = line(0.6, ("TOTAL", 0.0, 0.4, ()), ("1.70", 0.8, 1.0, ()))
    seen = (Reading("11.70", 0.9), Reading("17.70", 0.1))
    wide = line(0.9, ("TOTAL", 0.0, 0.4, ()), ("11.70", 0.79, 1.0, seen))
    for best in (better_of(narrow, wide), better_of(wide, narrow)):
        total, amount = best.words
        assert (total.text, total.readings, amount.text) == ("TOTAL", (), "11.70")
        assert possible(amount) == pytest.approx({"11.70": 0.54, "1.70": 0.4, "17.70": 0.06})


def test_words_that_only_one_of_two_saw():
    narrow, wide = line(0.6, ("Cash", 0.8, 1.0, ())), line(0.9, ("TOTAL", 0.0, 0.4, ()))
    assert better_of(narrow, wide) == wide
    assert better_of(wide, line(0.0)) == wide


def test_a_number_that_was_read_in_two_ways_loses_confidence():
    narrow, wide = line(0.9, ("1.70", 0.8, 1.0, ())), line(0.9, ("11.70", 0.8, 1.0, ()))
    (word,) = better_of(narrow, wide).words
    assert (word.text, word.confidence) == ("1.70", pytest.approx(0.45))
    assert better_of(narrow, wide, least=0.6).words[0].confidence == pytest.approx(0.6)
    same = better_of(narrow, line(0.8, ("$1.70", 0.8, 1.0, ())))
    assert same.words[0].confidence == 0.9


def test_a_reading_without_an_amount_counts_less_than_one_with_it():
    broken, whole = line(0.9, ("4206", 0.8, 1.0, ())), line(0.8, ("4.00", 0.8, 1.0, ()))
    assert better_of(broken, whole).words[0].text == "4.00"
