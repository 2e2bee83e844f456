"""Lines on disk; which transcripts are believed; where to stay near the original network."""

import numpy as np
import pytest
from lines import CHARACTERS, line

from pipeline.document import Box, Token
from pipeline.errors import DataError
from pipeline.training.ocr.config import KeepNear
from pipeline.training.ocr.cutting import with_words
from pipeline.training.ocr.line import load_lines, save_lines
from pipeline.training.ocr.reading import padded_batch, probabilities
from pipeline.training.ocr.score import line_score
from pipeline.training.ocr.targets import Targets
from pipeline.training.ocr.transcripts import Style, is_credible, upper

KEEP = KeepNear(letters=1.0, others=0.3)


def test_lines_come_back_from_disk_as_they_were(tmp_path):
    lines = [line("ab", is_name=True), line(""), line("AB 1.0", "AB 10", is_taught=True)]
    save_lines(lines, tmp_path / "page.npz")
    for saved, loaded in zip(lines, load_lines(tmp_path / "page.npz"), strict=True):
        assert (saved.text, saved.is_name) == (loaded.text, loaded.is_name)
        assert saved.is_taught == loaded.is_taught
        np.testing.assert_array_equal(saved.picture, loaded.picture)
        np.testing.assert_array_equal(saved.original.classes, loaded.original.classes)
        np.testing.assert_array_equal(saved.original.probabilities, loaded.original.probabilities)


def test_a_page_without_lines_is_kept_too(tmp_path):
    save_lines([], tmp_path / "page.npz")
    assert load_lines(tmp_path / "page.npz") == []


def test_a_damaged_file_of_lines_is_named(tmp_path):
    path = tmp_path / "page.npz"
    path.write_bytes(b"no zip file")
    with pytest.raises(DataError, match=r"page\.npz: not a file of lines"):
        load_lines(path)


@pytest.mark.parametrize(
    ("text", "reading", "style", "credible"),
    [
        ("TOTAL 10.00", "Total 10.00", Style(case=False), True),
        ("Total 10.00", "Tota1 18.00", Style(), True),
        ("TOTAL 10.00", "CASH", Style(), False),
        ("SHOP NO 1O", "SHOP NO 10", Style(), False),  # O for 0: which one is printed?
        ("14.80", "14,80", Style(), False),
        ("VISADEBIT", "VISA DEBIT", Style(spaces=False), True),
    ],
)
def test_credible_transcripts(text, reading, style, credible):
    assert is_credible(text, reading, style) == credible


def test_capitals_keep_the_length():
    assert upper("straße ŉ") == "STRAßE ŉ"


def test_classes_that_a_style_does_not_tell_apart_are_one_group():
    caseless = Targets(CHARACTERS, Style(case=False), KEEP)
    assert caseless.encoded("ab A") == caseless.encoded("AB a")
    assert caseless.count == len(CHARACTERS) - 2
    spaceless = Targets(CHARACTERS, Style(spaces=False), KEEP)
    assert spaceless.groups[CHARACTERS.index(" ")] == 0
    assert spaceless.encoded("a b") == spaceless.encoded("ab")


def test_the_original_is_kept_where_it_was_right():
    weights = Targets(CHARACTERS, Style(), KEEP).keep_weights(line("aB1.0", "ab1.0"))
    # blank a blank b blank 1 blank . blank 0 blank: around the wrong b nothing is kept
    np.testing.assert_allclose(weights, [0.3, 1, 0, 0, 0, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3])


def test_a_style_without_case_keeps_the_case_that_was_read():
    weights = Targets(CHARACTERS, Style(case=False), KEEP).keep_weights(line("AB", "Ab"))
    np.testing.assert_allclose(weights, [0.3, 1, 0.3, 1, 0.3])


def test_pictures_without_text_keep_only_what_says_so():
    targets = Targets(CHARACTERS, Style(), KEEP)
    np.testing.assert_allclose(targets.keep_weights(line("", "a")), [0, 0, 0])
    np.testing.assert_allclose(targets.keep_weights(line("")), [0.3])


def test_without_a_transcript_all_that_the_original_says_is_kept():
    targets = Targets(CHARACTERS, Style(), KEEP)
    weights = targets.keep_weights(line("a1", sure=0.3, is_taught=True))
    np.testing.assert_allclose(weights, [0.3, 1, 0.3, 0.3, 0.3])
    np.testing.assert_allclose(targets.keep_weights(line("", is_taught=True)), [0.3])


def test_words_belong_to_the_quad_that_they_stand_in():
    tokens = [
        Token("one", Box(10, 10, 40, 20)),
        Token("two", Box(50, 10, 80, 20)),
        Token("below", Box(10, 30, 60, 40)),
        Token("cut", Box(100, 50, 140, 60)),
    ]
    quads = [
        np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
        for x0, y0, x1, y1 in [(8, 8, 82, 22), (8, 28, 62, 42), (90, 48, 120, 62), (0, 70, 9, 80)]
    ]
    assert [words for _, words in with_words(quads, tokens)] == [[0, 1], [2], []]


def test_output_is_in_the_order_of_the_pictures_and_without_padding():
    pictures = [np.full((48, width, 3), width, np.uint8) for width in (200, 17, 64)]

    def predict(batch):
        return np.repeat(batch[:, :1, 0, ::8].transpose(0, 2, 1), 3, axis=2)

    outputs = probabilities(predict, pictures)
    assert [len(output) for output in outputs] == [25, 3, 8]
    for picture, output in zip(pictures, outputs, strict=True):
        np.testing.assert_allclose(output[0], picture[0, 0, 0] / 127.5 - 1, atol=1e-5)
    assert padded_batch(pictures).shape == (3, 3, 48, 200)


def test_scores_count_characters_words_amounts_and_names():
    lines = [line("AB a", is_name=True), line("1.00 10.00")]
    score = line_score(["ab A", "1.00 10.01"], lines, Style(case=False))
    assert score.as_json() == {
        "lines": 2,
        "cer": pytest.approx(1 / 14),
        "words": 3 / 4,
        "amounts": 1 / 2,
        "names": 1.0,
    }
