"""A record together with all words of its receipt, for people who correct it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.receipt import PixelBox, Receipt


class Word(BaseModel):
    """One word as the OCR engine read it, or as a PDF holds it.

    Attributes:
        box: in pixels of the upright page, as the record's boxes are.
        page: the number of its page.
        line: the number of its text line in the receipt, from 0, in reading order.
        confidence: the engine's own, 0 to 1.
        readings: present if the engine held other texts possible: those, the likeliest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    box: PixelBox
    page: int = Constraint(ge=1)
    line: int = Constraint(ge=0)
    confidence: float = Constraint(ge=0, le=1)
    readings: list[str] = Constraint(default=[], exclude_if=lambda others: not others)


class ReceiptWithWords(Receipt):
    """A record with the words that it was extracted from, in reading order."""

    words: list[Word] = Constraint(default=[])

    def without_words(self) -> Receipt:
        """The record alone."""
        return Receipt.model_validate(self.model_dump(exclude={"words"}))
