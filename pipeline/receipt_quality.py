"""The numbers on how well a receipt was read, which are part of its record."""

from __future__ import annotations

from pydantic import Field as Constraint

from pipeline.receipt_fields import RecordPart


class LabelReading(RecordPart):
    """The words to which the tagger gave one label, before the sums are checked.

    Attributes:
        words: how many.
        across, down: their mean place within the frame around all words, 0 (left, top) to 1.
        entropy: mean entropy in bits of their label probabilities; ``None`` if the tagger gives
            none.
    """

    words: int = Constraint(ge=1)
    across: float
    down: float
    entropy: float | None = None


class Quality(RecordPart):
    """How well the receipt was read, which `receipts drift` watches.

    Attributes:
        words, lines: how many were read.
        ocr_confidence: mean confidence of the OCR engine in a word; 1 for the text of a PDF.
        tag_entropy: mean entropy in bits of the tagger's label probabilities of a word; ``None``
            if the tagger gives no probabilities.
        tagged: share of the words that have a label.
        text_height: median height of a word's box in pixels.
        sharpness: how abrupt the edges of the print are, from the Laplacian of the picture;
            ``None`` without a picture.
        amount_columns: columns in which the receipt prints amounts.
        labels: by label, the words that have it.
        overruled: share of the record's amounts that assembly, which knows the sums, took from
            words of other labels; ``None`` without amounts on the page.
        script: of most letters, such as ``Latin`` or ``Han``; ``None`` without letters.
        language: by the words that tills print, as its ISO 639 code; ``None`` if they do not tell.
    """

    words: int = Constraint(ge=0)
    lines: int = Constraint(ge=0)
    ocr_confidence: float | None = None
    tag_entropy: float | None = None
    tagged: float | None = None
    text_height: float | None = None
    sharpness: float | None = None
    amount_columns: int | None = None
    labels: dict[str, LabelReading] = Constraint(default={})
    overruled: float | None = None
    script: str | None = None
    language: str | None = None
