"""The steps of an earlier JPEG compression, and which amounts keep to them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from printed_scans import AMOUNTS, STEP, opened, picture, saved, scan

from pipeline.audit.tampering.evidence import FEATURES, evidence_of
from pipeline.audit.tampering.first_steps import errors_of, usual_table

EDITED = (slice(20 + STEP * 5, 42 + STEP * 5), slice(40, 100))  # the sixth amount


def lines(errors) -> np.ndarray:
    """The mean error on each amount."""
    return np.array(
        [np.nanmean(errors[20 + STEP * row : 42 + STEP * row, 40:100]) for row in range(18)]
    )


def bleached() -> Image.Image:
    """A scan whose paper is white, so that decoding cuts off what is lighter."""
    levels = np.asarray(scan()).astype(np.float32)
    return Image.fromarray(np.clip((levels - 20) * 1.15, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("quality", [50, 72, 90])
def test_the_usual_tables_are_those_that_pillow_writes(quality):
    with Image.open(io.BytesIO(saved(scan(), quality))) as image:
        assert image.quantization[0] == usual_table(quality).ravel().astype(int).tolist()


@pytest.mark.parametrize("page", [scan(), bleached()], ids=["grey", "white"])
@pytest.mark.parametrize("quality", [85, 95])
def test_what_was_painted_later_leaves_the_steps(page, quality):
    levels = np.asarray(opened(saved(page, 70))).copy()
    levels[EDITED] = np.asarray(page)[EDITED]
    found = lines(picture(saved(Image.fromarray(levels), quality)).errors)
    assert found.argmax() == 5
    assert found[5] > np.delete(found, 5).max() + 0.5


@pytest.mark.parametrize("quality", [85, 95])
def test_a_scan_that_was_only_saved_again_keeps_to_them(quality):
    found = picture(saved(opened(saved(bleached(), 70)), quality))
    assert found.traces is not None
    assert found.traces.errors is not None
    values = lines(found.errors)
    assert len(values) == len(AMOUNTS)
    assert values.max() < np.median(values) + 0.5


def test_a_scan_that_was_saved_once_has_no_earlier_steps():
    found = picture(saved(scan(), 90))
    assert found.traces is not None
    assert found.traces.errors is None
    columns = [FEATURES.index(name) for name in FEATURES if name.startswith("steps_")]
    evidence = evidence_of(found, [("128.50", (38.0, 20.0, 108.0, 42.0))])
    assert len(evidence.digits) == 5
    assert not evidence.features[:, columns].any()


def test_a_decoded_block_is_on_its_own_steps():
    luma = np.asarray(opened(saved(bleached(), 60)).convert("L"))
    wanted = np.zeros((luma.shape[0] // 8, luma.shape[1] // 8), dtype=bool)
    wanted[2:6, 5:12] = True
    own, other = (errors_of(luma, usual_table(quality), wanted) for quality in (60, 45))
    assert np.isnan(own[~wanted]).all()
    assert np.median(own[wanted]) < -0.5 < 1.0 < np.median(other[wanted])
