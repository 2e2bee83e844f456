"""The input format that a model family expects."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.tagging.tokenizer import Tokenizer

# As the BERT and the RoBERTa family spell them.
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
        pad, start, end: ids of the pieces that fill windows up and stand around them.
        word_pieces: for models that read one position a word, how many pieces of it they
            see; 0 for models that read one position a piece.
        unit_boxes: boxes as shares of the page, 0 to 1, instead of whole grid numbers.
        image_side: pixels of the square picture that goes with each window; 0 for none.
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
    """The id of the piece with a role: ``start``, ``end``, ``pad`` or ``unknown``.

    Raises:
        ConfigError: the tokenizer has neither BERT's nor RoBERTa's.
    """
    for piece in _SPECIAL[role]:
        index = tokenizer.piece_id(piece)
        if index is not None:
            return index
    raise ConfigError(f"the tokenizer has no {' or '.join(_SPECIAL[role])}")
