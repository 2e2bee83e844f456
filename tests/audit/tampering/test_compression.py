"""Traces of an earlier compression: what was painted later lacks them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps
from printed_scans import AMOUNTS, STEP, opened, picture, saved, scan

from pipeline.audit.tampering.picture import picture_of

EDITED = (slice(20 + STEP * 5, 42 + STEP * 5), slice(40, 100))  # the sixth amount


def first_saving() -> Image.Image:
    return opened(saved(scan(), 70))


def painted_later() -> Image.Image:
    """The sixth amount from a scan that was never compressed."""
    levels = np.asarray(first_saving()).copy()
    levels[EDITED] = np.asarray(scan(seed=2))[EDITED]
    return Image.fromarray(levels)


def lines(evidence) -> np.ndarray:
    """The mean evidence on each amount."""
    return np.array(
        [
            np.nanmean(evidence[20 + STEP * row : 42 + STEP * row, 40:100])
            for row in range(len(AMOUNTS))
        ]
    )


@pytest.mark.parametrize("quality", [85, 92, 96])
def test_what_was_painted_later_is_found(quality):
    found = lines(picture(saved(painted_later(), quality)).evidence)
    assert found.argmin() == 5
    assert found[5] < 0 < np.delete(found, 5).min()


@pytest.mark.parametrize("quality", [85, 92])
def test_a_picture_that_was_only_saved_again_is_left_alone(quality):
    found = lines(picture(saved(first_saving(), quality)).evidence)
    assert found.min() > 0.3 * np.median(found) > 0


def test_a_picture_that_was_saved_once_has_no_traces():
    traces = picture(saved(scan(), 90)).traces
    assert traces is not None
    assert abs(traces.usual) < 1


def test_the_traces_are_turned_as_the_page_is():
    turned = painted_later().transpose(Image.Transpose.ROTATE_90)
    content = saved(turned, 92)
    page = opened(content).transpose(Image.Transpose.ROTATE_270)
    assert lines(picture_of(content, page, 90).evidence).argmin() == 5
    exif = Image.Exif()
    exif[274] = 6  # the camera was held upright
    data = saved_with(turned, exif)
    upright = ImageOps.exif_transpose(opened_with(data))
    assert lines(picture_of(data, upright, 0).evidence).argmin() == 5


def saved_with(image: Image.Image, exif: Image.Exif) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92, exif=exif)
    return data.getvalue()


def opened_with(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_page_of_little_text_is_not_judged():
    assert picture(saved(Image.new("RGB", (300, 300), "white"), 90)).traces is None
