"""Windows cover every token, whatever the page's length; the grid follows the text."""

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Box, Page, Token
from pipeline.tagging.encoding import GRID, best_windows, encode, grid_boxes
from pipeline.tagging.input_format import InputFormat
from pipeline.tagging.inputs import model_inputs, token_places

PIECES = InputFormat(pad=0, start=2, end=3)
WORDS = InputFormat(pad=0, start=2, end=3, word_pieces=8)


class OnePieceACharacter:
    """A tokenizer whose pieces are known."""

    ids: ClassVar = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4}

    def piece_id(self, piece):
        return self.ids.get(piece)

    def encode(self, texts):
        return [tuple(self.ids[character] for character in text) for text in texts]


@pytest.fixture(scope="module")
def tokenizer():
    return OnePieceACharacter()


def page_of(lengths):
    tokens = tuple(
        Token("a" * length, Box(10, 30 * i, 10 + 5 * length, 30 * i + 20), line=i)
        for i, length in enumerate(lengths)
    )
    return Page(500, 30 * len(lengths) + 30, tokens)


@given(st.lists(st.integers(1, 12), max_size=80), st.integers(0, 20))
def test_every_token_is_in_a_window_and_tagged_once(tokenizer, lengths, stride):
    page = page_of(lengths)
    windows = encode(page, tokenizer, PIECES, 32, stride)
    for window in windows:
        arrays = model_inputs([window], PIECES)
        assert arrays["input_ids"].shape == arrays["bbox"].shape[:2] <= (1, 32)
    chosen = best_windows(windows, len(lengths))
    assert [windows[number].tokens[place] for number, place in chosen] == list(range(len(lengths)))


def test_overlap_gives_a_token_the_window_with_most_context(tokenizer):
    page = page_of([1] * 50)
    windows = encode(page, tokenizer, PIECES, 32, 10)
    first, second = windows
    assert first.tokens == tuple(range(30))
    assert second.tokens == tuple(range(20, 50))
    assert best_windows(windows, 50)[22][0] == 0
    assert best_windows(windows, 50)[27][0] == 1


def test_grid_spans_the_text_and_not_the_picture():
    tokens = (Token("a", Box(400, 700, 450, 720)), Token("b", Box(800, 900, 900, 920), line=1))
    inside = grid_boxes(Page(1000, 1000, tokens))
    assert inside[0][:2] == (0, 0)
    assert inside[1][2:] == (GRID, GRID)


def test_tokens_of_a_skewed_line_stand_level():
    tokens = (Token("a", Box(0, 100, 50, 120)), Token("b", Box(400, 130, 450, 150)))
    left, right = grid_boxes(Page(500, 500, tokens))
    assert (left[1], left[3]) == (right[1], right[3])


def test_an_empty_page_has_no_windows(tokenizer):
    assert encode(Page(10, 10, ()), tokenizer, PIECES, 32, 4) == []


def test_a_model_over_pieces_answers_at_a_tokens_first_piece(tokenizer):
    (window,) = encode(page_of([2, 3, 1]), tokenizer, PIECES, 32, 4)
    assert model_inputs([window], PIECES)["input_ids"].tolist() == [[2, 4, 4, 4, 4, 4, 4, 3]]
    assert token_places(window, PIECES) == [1, 3, 6]


def test_a_model_over_words_reads_a_position_a_token(tokenizer):
    (window,) = encode(page_of([2, 12] + [1] * 28), tokenizer, WORDS, 32, 4)
    arrays = model_inputs([window], WORDS)
    assert arrays["input_ids"].shape == (1, 32, 8)
    assert arrays["input_ids"][0, :3].tolist() == [
        [2, 0, 0, 0, 0, 0, 0, 0],
        [4, 4, 0, 0, 0, 0, 0, 0],
        [4, 4, 4, 4, 4, 4, 4, 4],
    ]
    assert token_places(window, WORDS) == list(range(1, 31))
    assert tuple(arrays["bbox"][0, 1]) == window.boxes[0]
