"""The other words that a recogniser held possible, from the columns of its output."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.ctc_readings import ctc_readings
from pipeline.ocr.networks import Recognition
from pipeline.ocr.page_reading import ReadLine
from pipeline.ocr.recognition import LINE_HEIGHT, recognise

CHARACTERS = ("", *"0123456789.$", " ")


def columns(*given: dict[str, float]) -> np.ndarray:
    """Columns by their characters; what is left of each is the blank's."""
    found = np.zeros((len(given), len(CHARACTERS)), np.float32)
    for column, probabilities in zip(found, given, strict=True):
        for character, probability in probabilities.items():
            column[CHARACTERS.index(character)] = probability
        column[0] += 1 - column.sum()
    return found


def readings(text: str, *given: dict[str, float]) -> dict[str, float]:
    found = ctc_readings(columns(*given), CHARACTERS, text)
    return {one.text: one.probability for one in found}


def test_another_digit() -> None:
    found = readings("17", {"1": 0.6, "7": 0.4}, {}, {"7": 1.0})
    assert found == pytest.approx({"17": 0.6, "77": 0.4}, abs=1e-3)


def test_a_lost_and_an_added_digit() -> None:
    assert readings("1.70", {"1": 0.3}, {"1": 1}, {".": 1}, {"7": 1}, {"0": 1}) == {}, "one digit"
    lost = readings("1.70", {"1": 0.3}, {}, {"1": 1}, {".": 1}, {"7": 1}, {"0": 1})
    assert lost == pytest.approx({"1.70": 0.7, "11.70": 0.3}, abs=1e-3)
    added = readings("$6", {"$": 0.9}, {"6": 1})
    assert added == pytest.approx({"$6": 0.9, "6": 0.1}, abs=1e-3)


def test_a_sure_word_has_no_others() -> None:
    assert readings("12", {"1": 1.0}, {}, {"2": 1.0}) == {}


def test_a_space_within_a_word_is_a_blank() -> None:
    found = readings("11", {"1": 1}, {" ": 0.4}, {"1": 1})
    assert found == {}, "11 whichever it is"


def test_the_decoded_word_is_kept_though_others_are_likelier() -> None:
    # Each column is likelier a blank, but a 1 somewhere is likelier than none.
    found = readings("7", {"7": 1}, {}, {"1": 0.4}, {"1": 0.4})
    assert list(found) == ["71", "7"]


@given(st.lists(st.lists(st.floats(0.05, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_probabilities_are_those_of_all_paths(given: list[list[float]]) -> None:
    raw = np.array(given, np.float32)
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    exact: defaultdict[str, float] = defaultdict(float)
    for path in product(range(3), repeat=len(raw)):
        text = "".join(("", "1", "2")[one] for one, _ in groupby(path))
        exact[text] += float(
            np.prod([row[one] for row, one in zip(probabilities, path, strict=True)])
        )
    del exact[""]
    found = ctc_readings(probabilities, ("", "1", "2"), "1")
    assert sum(one.probability for one in found) == pytest.approx(1, abs=1e-3)
    assert "1" in {one.text for one in found}
    assert [one.probability for one in found] == sorted(
        (o.probability for o in found), reverse=True
    )
    kept = sum(exact[one.text] for one in found)
    for one in found:
        assert one.probability == pytest.approx(exact[one.text] / kept, abs=2e-3)


def read(*given: dict[str, float]) -> ReadLine:
    network = Recognition(lambda _: columns(*given)[None], CHARACTERS)
    (line,) = recognise(network, [np.zeros((LINE_HEIGHT, 8 * len(given), 3), np.uint8)])
    return line


def test_each_word_of_a_line_has_its_own() -> None:
    line = read(
        {"$": 0.7, "5": 0.3}, {"2": 1}, {" ": 1}, {" ": 0.9}, {"4": 1}, {" ": 1}, {}, {"1": 0.8}
    )
    found = [(word.text, [one.text for one in word.readings]) for word in line.words]
    assert found == [("$2", ["$2", "52"]), ("4", []), ("1", [])], "an empty word is no reading"


def test_a_lost_first_digit_belongs_to_the_word_behind_it() -> None:
    line = read({"4": 1}, {" ": 1}, {"1": 0.4}, {"7": 1}, {".": 1})
    assert [(word.text, len(word.readings)) for word in line.words] == [("4", 0), ("7.", 2)]
    assert line.words[1].readings[1].text == "17."
