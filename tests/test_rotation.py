"""Quarter turns of images."""

from __future__ import annotations

import numpy as np
import pytest
from input_files import picture

from pipeline.rotation import turned


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turns_are_clockwise(degrees: int) -> None:
    image = picture()
    expected = np.rot90(np.asarray(image), -degrees // 90)
    assert np.array_equal(np.asarray(turned(image, degrees)), expected)
