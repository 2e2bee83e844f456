"""What damage costs: the change from clean pictures, on the same receipts."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from small_receipts import LABELS, annotated, page_of

from pipeline.evaluation.cases import from_images
from pipeline.evaluation.corruption import parse_corruptions
from pipeline.evaluation.robustness import robustness
from pipeline.tagging.types import Tags

RECEIPTS = 40
PAGE = page_of("TOTAL 9.00")
BLURRED = page_of("TOTAL 9.88")


class Engine:
    """Reads dark pictures wrongly once they are noisy."""

    name = "fixed"

    def read(self, image: Image.Image):
        grey = np.asarray(image)
        dark, noisy = grey.mean() < 100, grey.std() > 0
        return BLURRED if dark and noisy else PAGE


class LastTagger:
    """The last token is the total."""

    name = "last"
    folder = None
    label_set = LABELS
    reads_images = False

    def tag(self, pages, images=None):
        return [Tags(("O", "B-total"), (0.9, 0.9)) for _ in pages]


@pytest.fixture
def pages(tmp_path):
    """Every fourth receipt is dark."""
    found = []
    for number in range(RECEIPTS):
        path = tmp_path / f"{number}.png"
        grey = 50 if number % 4 == 0 else 200
        Image.new("RGB", (PAGE.width, PAGE.height), (grey,) * 3).save(path)
        truth = annotated({"total": "9.00"}, page=PAGE, tags=("O", "B-total"), id=str(number))
        found.append(replace(truth, image=path))
    return found


def test_the_change_has_the_paired_interval_of_the_receipts_that_changed(pages):
    engine = Engine()
    clean = list(from_images(pages, engine))
    first, damaged = robustness(pages, clean, [LastTagger()], engine, parse_corruptions("noise=20"))
    undamaged = first["models"]["last"]
    assert (first["corruption"], undamaged["f1"]) == ("clean", 1)
    assert undamaged["ci95"] == pytest.approx((0.912, 1), abs=1e-3)  # 40 of 40, by Wilson
    assert (undamaged["change"], undamaged["change_ci95"], undamaged["p"]) == (0, (0, 0), 1)
    loss = damaged["models"]["last"]
    # Ten of forty lose their only field.
    assert (damaged["corruption"], loss["f1"], loss["change"]) == ("noise=20", 0.75, -0.25)
    low, high = loss["change_ci95"]
    half = 1.96 * (0.25 * 0.75 / RECEIPTS) ** 0.5
    assert (low, high) == pytest.approx((-0.25 - half, -0.25 + half), abs=0.03)
    assert loss["p"] < 0.01


def test_no_corruptions_have_no_entries(pages):
    assert robustness(pages, [], [LastTagger()], Engine(), []) == []
