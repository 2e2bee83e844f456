"""How likely texts are as words of receipts."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from pipeline.ocr.words.model import WordModel, load, packaged, save
from pipeline.training.words.counts import word_model

TEXTS = {"total": 30.0, "cash": 20.0, "total:": 5.0, "12.50": 40.0}


@pytest.fixture(scope="module")
def model() -> WordModel:
    return word_model(TEXTS, {"total": 0.6, "cash": 0.4}, known=0.5)


def test_probabilities_of_texts_are_those_of_a_distribution(model: WordModel) -> None:
    """Of characters that follow each other freely, all one-character texts sum to less than 1."""
    texts = [chr(code) for code in range(33, 127)]
    assert 0 < sum(math.exp(log) for log in model.log_probabilities(texts)) < 1
    (often,) = model.log_probabilities(["total"])
    assert math.log(0.3) < often < 0


def test_case_and_the_values_of_digits_do_not_matter(model: WordModel) -> None:
    one, other = model.log_probabilities(["Total:", "TOTAL:"])
    assert one == other
    one, other = model.log_probabilities(["12.50", "98.17"])
    assert one == other


@pytest.mark.parametrize(
    ("printed", "misread"),
    [
        ("Jalan", "Jelan"),
        ("PERINDUSTRIAN", "PERINDUSTRLAN"),
        ("Invoice", "Involce"),
        ("1000ML", "100OML"),
        ("BILL", "8ILL"),
        ("Linguini", "Lingulni"),
        ("Straße", "Strafße"),
    ],
)
def test_what_is_printed_is_likelier_than_what_looks_alike(printed: str, misread: str) -> None:
    one, other = packaged().log_probabilities([printed, misread])
    assert one > other + 2


def test_a_model_is_read_as_it_was_written(model: WordModel, tmp_path: Path) -> None:
    save(model, tmp_path / "words.npz")
    again = load(tmp_path / "words.npz")
    texts = ["total", "totol", "cash", "12.50", "?"]
    assert again.log_probabilities(texts) == pytest.approx(model.log_probabilities(texts), abs=0.5)


def test_no_texts(model: WordModel) -> None:
    assert model.log_probabilities([]) == []
