"""The numbers of one receipt, measured in about a millisecond."""

from __future__ import annotations

from statistics import fmean, median

from pipeline.labels import OUTSIDE
from pipeline.quality.columns import amount_columns
from pipeline.quality.labels import entropies, label_readings, overruled
from pipeline.quality.language import language_of, script_of
from pipeline.quality.sharpness import sharpness
from pipeline.receipt import Contents, Quality
from pipeline.separation.read_receipt import ReadReceipt
from pipeline.tagging.types import Tags


def quality_of(receipt: ReadReceipt, tags: Tags, contents: Contents | None = None) -> Quality:
    """The numbers of one receipt.

    Args:
        tags: of the tokens of ``receipt.page``.
        contents: what assembly made of them, with boxes on ``receipt.page``.
    """
    tokens = receipt.page.tokens
    if not tokens:
        return Quality(words=0, lines=0)
    bits = entropies(tags)
    words = [token.text for token in tokens]
    script = script_of(words)
    return Quality(
        words=len(tokens),
        lines=len({token.line for token in tokens}),
        ocr_confidence=round(fmean(token.confidence for token in tokens), 4),
        tag_entropy=None if bits is None else round(max(0.0, float(bits.mean())), 4),
        tagged=round(sum(tag != OUTSIDE for tag in tags.labels) / len(tokens), 4),
        text_height=round(median(token.box.height for token in tokens), 1),
        sharpness=sharpness(receipt),
        amount_columns=amount_columns(tokens),
        labels=label_readings(tokens, tags, bits),
        overruled=None if contents is None else overruled(tokens, tags, contents),
        script=script,
        language=language_of(words, script),
    )
