import pytest

from pipeline.ocr.amount_repair import repaired
from pipeline.ocr.page_reading import ReadWord


def texts(line):
    words = [ReadWord(one, at, at + 0.5, 0.9) for at, one in enumerate(line.split())]
    return [word.text for word in repaired(words)]


@pytest.mark.parametrize(
    "line, words",
    [
        ("TOTAL 295 .00", ["TOTAL", "295.00"]),
        ("1,295. 50 RM", ["1,295.50", "RM"]),
        ("RMO. 06", ["RM0.06"]),
        ("10 .500", ["10", ".500"]),
        ("No. 12 Jalan", ["No.", "12", "Jalan"]),
        ("NO. 12", ["NO.", "12"]),
        ("2 3.50", ["2", "3.50"]),
    ],
)
def test_amounts_cut_at_the_decimal_mark_are_whole_again(line, words):
    assert texts(line) == words


@pytest.mark.parametrize(
    "read, printed",
    [
        ("RMO.00", "RM0.00"),
        ("-@.72", "-0.72"),
        ("§.50", "5.50"),
        ("$1S.OO*", "$15.00*"),
    ],
)
def test_letters_in_an_amount_become_the_digits_they_look_like(read, printed):
    assert texts(read) == [printed]


@pytest.mark.parametrize(
    "text", ["SOLD", "2@1.50", "O.OO", "S5.00", "B1.50", "Is.10", "10.5OO", "1.50SR"]
)
def test_other_words_keep_their_letters(text):
    assert texts(text) == [text]
