"""Automatic approval from the configuration to the record."""

from __future__ import annotations

from io import BytesIO

import pytest
from extraction_fakes import BLANK, GOOD, RAISES, fake_extractor
from PIL import Image

from pipeline.assembly.confidence.approval import Approval
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt


def read(colour: tuple[int, int, int], approval: Approval | None) -> Receipt:
    extractor = fake_extractor()
    extractor.approval = approval
    buffer = BytesIO()
    Image.new("RGB", (50, 40), colour).save(buffer, "PNG")
    (record,) = extractor.extract(buffer.getvalue())
    return record


@pytest.mark.parametrize(
    ("colour", "threshold", "approved"),
    [(GOOD, 0.5, True), (GOOD, 0.99, False), (BLANK, 0.0, False), (RAISES, 0.0, False)],
)
def test_every_record_says_whether_it_is_approved(
    colour: tuple[int, int, int], threshold: float, approved: bool
) -> None:
    record = read(colour, Approval(("total", "date"), threshold, 59, 0))
    assert record.approved is approved
    assert f'"approved":{str(approved).lower()}' in record.model_dump_json()


def test_records_say_nothing_of_it_unless_asked() -> None:
    assert "approved" not in read(GOOD, None).model_dump_json()


def test_records_have_the_size_of_their_page() -> None:
    assert read(GOOD, None).size == (50, 40)
    assert "size" not in read(RAISES, None).model_dump()


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"auto_approve": 99}, "auto_approve"), ({"approve_fields": ["totl"]}, "total")],
)
def test_settings_are_checked(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ExtractConfig.of(settings)
