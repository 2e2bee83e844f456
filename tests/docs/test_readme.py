"""The README is short, and its JSON is what the program prints."""

import json
import re
from typing import Any

import pytest

from pipeline.extractor import Extractor

# What differs a little between processors.
TOLERANCE = {"boxes": 2, "confidence": 0.05}


@pytest.fixture(scope="module")
def readme(project):
    return (project / "README.md").read_text(encoding="utf-8")


def test_it_is_short(readme):
    assert len(readme.splitlines()) < 180


def test_its_json_is_that_of_the_sample(readme, project):
    (sample,) = re.findall(r"^receipts extract (data/samples/\S+)$", readme, re.M)
    (example,) = re.findall(r"^```json\n(.*?)^```", readme, re.M | re.S)
    (receipt,) = Extractor().extract(project / sample)
    assert _agrees(json.loads(example), receipt.model_dump(mode="json"))


def _agrees(example: Any, real: Any, tolerance: float = 0) -> bool:
    """Every key and every leading list entry of the example is in the record."""
    if isinstance(example, dict):
        return all(
            _agrees(value, real[key], TOLERANCE.get(key, 0)) for key, value in example.items()
        )
    if isinstance(example, list):
        pairs = zip(example, real, strict=False)
        return len(example) <= len(real) and all(_agrees(*pair, tolerance) for pair in pairs)
    return bool(example == (pytest.approx(real, abs=tolerance) if tolerance else real))
