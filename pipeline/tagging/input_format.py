"""The input format that a model family expects."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.tagging.tokenizer import Tokenizer

# As in BERT's and in RoBERTa's tokenizers.
_SPECIAL = {
    "start": ("[CLS]", "<s>"),
    "end": ("[SEP]", "</s>"),
    "pad": ("[PAD]", "<pad>"),
    "unknown": ("[UNK]", "<unk>"),
}


@dataclass(frozen=True, slots=True)
class InputFormat:
    """The inputs of a model.

    Attributes:
        pad, start, end: ids of the special pieces that pad, begin and end a window.
        word_pieces: for models with one position per word, how many of its pieces they read;
            0 for models with one position per piece.
        unit_boxes: whether boxes are shares of the page, 0 to 1, instead of grid numbers.
        image_side: pixels of the square picture of each window; 0 for none.
    """

    pad: int = 0
    start: int = 1
    end: int = 2
    word_pieces: int = 0
    unit_boxes: bool = False
    image_side: int = 0

    def positions(self, pieces: int) -> int:
        """The number of a window's positions that a word of so many pieces takes."""
        return 1 if self.word_pieces else pieces


def special_piece(tokenizer: Tokenizer, role: str) -> int:
    """The id of a special piece: ``start``, ``end``, ``pad`` or ``unknown``.

    Raises:
        ConfigError: the tokenizer has neither BERT's nor RoBERTa's.
    """
    for piece in _SPECIAL[role]:
        index = tokenizer.piece_id(piece)
        if index is not None:
            return index
    raise ConfigError(f"the tokenizer has no {' or '.join(_SPECIAL[role])}")
