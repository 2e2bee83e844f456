"""Prune the vocabulary to the pieces that receipts use, which halves the embedding table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often each piece id occurs in the texts."""
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    return counts


def kept_pieces(tokenizer: Tokenizer, counts: Counter[int], size: int) -> list[int]:
    """The old ids of the kept pieces, in the order of their new ids.

    Special pieces and every single character stay, so that no known text becomes unknown;
    then what receipts use, then the most frequent of the rest (a WordPiece
    vocabulary is roughly in order of frequency), without characters beyond Latin.
    """
    pieces = {index: piece for piece, index in tokenizer.get_vocab().items()}
    special = [tokenizer.get_vocab()[piece] for piece in SPECIAL]
    characters = [i for i in sorted(pieces) if len(pieces[i].removeprefix("##")) == 1]
    used = [index for index, _ in counts.most_common()]
    rest = [i for i in sorted(pieces) if _is_latin(pieces[i])]
    kept: dict[int, None] = dict.fromkeys((*special, *characters))
    for index in (*used, *rest):
        if len(kept) >= size:
            break
        kept[index] = None
    return list(kept)


def pruned_tokenizer(tokenizer: Tokenizer, kept: list[int]) -> Tokenizer:
    """The same tokenizer with the kept pieces only, renumbered in their order."""
    raw = json.loads(tokenizer.to_str())
    pieces = {index: piece for piece, index in tokenizer.get_vocab().items()}
    raw["model"]["vocab"] = {pieces[old]: new for new, old in enumerate(kept)}
    for added in raw["added_tokens"]:
        added["id"] = raw["model"]["vocab"][added["content"]]
    raw["post_processor"] = None  # special pieces are placed by the encoder
    raw["truncation"] = raw["padding"] = None
    return Tokenizer.from_str(json.dumps(raw))


def load_library_tokenizer(path: Path) -> Tokenizer:
    """Load a ``tokenizer.json``, without its settings for truncation and padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _is_latin(piece: str) -> bool:
    return not piece.startswith("[unused") and all(ord(character) < 0x250 for character in piece)
