"""The page as a browser draws it, from the file system and with no network."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from small_receipts import LABELS, PROVENANCE, annotated, page_of

from pipeline.evaluation.evaluate import Depth, TokensFrom
from pipeline.evaluation.html_report import render_page
from pipeline.evaluation.report import compose, evaluate_models, read_tokens
from pipeline.tagging.types import Tags

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MAGENTA = (220, 20, 220)
PAGE = page_of("TOTAL 9.00")
SETTINGS = {"format": "jsonl", "engine": "rapidocr", "part": None}


class Blind:
    """Finds nothing."""

    name = "blind"
    folder = None
    label_set = LABELS
    reads_images = False

    def tag(self, pages, images=None):
        return [Tags(("O",) * len(page.tokens), (0.9,) * len(page.tokens)) for page in pages]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_the_gallery_shows_the_picture(tmp_path):
    Image.new("RGB", (PAGE.width, PAGE.height), MAGENTA).save(tmp_path / "receipt.png")
    truth = annotated({"date": "25/12/2018"}, page=PAGE, tags=("O", "O"), id="pink")
    readings = read_tokens(
        [replace(truth, image=tmp_path / "receipt.png")], [TokensFrom.BOXES], None
    )
    evaluations = list(evaluate_models(readings, [Blind()], "rapidocr", frozenset(Depth), None))
    report = compose(PROVENANCE, SETTINGS, evaluations, [])
    (tmp_path / "report.html").write_text(render_page(report, evaluations), encoding="utf-8")
    (tmp_path / "receipt.png").unlink()  # the page needs no file beside it
    subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}"),
            *("--window-size=1300,3000", f"--screenshot={tmp_path / 'shot.png'}"),
            (tmp_path / "report.html").as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    drawn = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB"), int)
    pink = (np.abs(drawn - MAGENTA) < 12).all(axis=2)
    assert pink.sum() > 300 * 40  # as wide as its column, in its proportions
