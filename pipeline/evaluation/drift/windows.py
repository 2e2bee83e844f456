"""Windows of a company's receipts: undisturbed ones, and ones in which one thing has changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.assembly.confidence.calibration import load_calibration
from pipeline.evaluation.drift.readings import (
    CLEAR,
    Camera,
    Shop,
    read_sale,
    record_of,
    swapped,
)
from pipeline.receipt import Receipt
from pipeline.synthetic.content.catalog import draw_kind
from pipeline.tagging.types import Tagger, Tags

COUNTRIES = ("en_US", "en_GB", "de_DE", "fr_FR", "en_MY")
NEW_COUNTRY = "pl_PL"
SHOPS = 60
FEW = 5


def _unchanged(tags: Tags) -> Tags:
    return tags


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the reference in a share of a window's receipts.

    Attributes:
        locale: of other shops than the usual ones.
        till: that prints for all merchants, whatever each has used.
        of_few: all receipts are of a few merchants that were rare, as at a new building site.
        tags: what another model makes of the tags.
    """

    camera: Camera = CLEAR
    locale: str | None = None
    till: str = ""
    of_few: bool = False
    tags: Callable[[Tags], Tags] = _unchanged


NOTHING = Change()
CHANGES: Mapping[str, Change] = {
    "blurred camera": Change(Camera(errors=4, doubt=0.06, sharpness=0.6)),
    "new country": Change(locale=NEW_COUNTRY),
    "new till layout": Change(till="new"),
    "OCR engine changed": Change(Camera(errors=2, doubt=0.05)),
    "merchant mix": Change(of_few=True),
    "a swapped label in training": Change(tags=swapped("subtotal", "total")),
}


def shops(seed: int, locales: Sequence[str] = COUNTRIES, count: int = SHOPS) -> list[Shop]:
    """A company's merchants, the commonest first."""
    rng = random.Random(f"{seed}/shops")
    return [
        Shop(seed * 1000 + number, rng.choice(locales), draw_kind(rng)) for number in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Company:
    """Whose receipts are drawn.

    Attributes:
        known: merchants, of which the first ones are the commonest.
        new: merchants of the country that is new.
    """

    known: Sequence[Shop]
    new: Sequence[Shop]

    @classmethod
    def of(cls, seed: int, count: int = SHOPS) -> Company:
        return cls(shops(seed, count=count), shops(seed + 1, (NEW_COUNTRY,), count))

    def window(
        self, tagger: Tagger, seed: int, count: int, change: Change = NOTHING, share: float = 1.0
    ) -> Iterator[Receipt]:
        """``count`` records, ``share`` of them changed."""
        rng = random.Random(f"{seed}/window")
        calibration = load_calibration(tagger.folder)
        for number in range(count):
            own = change if rng.random() < share else NOTHING
            merchants = self.known if own.locale is None else self.new
            weights = list(accumulate(1 / (rank + 3) for rank in range(len(merchants))))
            shop = rng.choices(merchants, cum_weights=weights)[0]
            if own.of_few:
                shop = rng.choice(merchants[-FEW:])
            page = read_sale(shop, seed * 10_000 + number, own.camera, own.till)
            yield record_of(page, tagger, calibration, own.camera, own.tags)
