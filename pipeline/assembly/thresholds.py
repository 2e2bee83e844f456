"""How likely something must be for assembly to go beyond the tags, or to drop what they say.

The values (`thresholds.json`) are fitted by `scripts/fit_assembly`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

THRESHOLDS = Path(__file__).with_name("thresholds.json")


class Thresholds(BaseModel):
    """The least probabilities, 0 to 1; 1 accepts nothing that is less than certain.

    Attributes:
        description_word: the tagger's, of a word beside an item's description that goes on with it.
        description_line: of the words of a line that describe an item, though none is tagged so.
        text_word: of a word beside a name or an address that belongs to it.
        text_line: of a line of a name or an address, as a share of its likeliest line's.
        name_line: of the words of the likeliest name where nothing is tagged as one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    description_word: float
    description_line: float
    text_word: float
    text_line: float
    name_line: float


@cache
def packaged_thresholds() -> Thresholds:
    """The thresholds that come with the package."""
    raw = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    return Thresholds.model_validate(raw["thresholds"])
