"""Screenshots and other drawn pictures, and scans that only look as clean."""

from __future__ import annotations

import io

import numpy as np
from audited import audited, rules, sale
from PIL import Image, ImageDraw
from printed_scans import AMOUNTS, LEFT, STEP, font_of_scans, picture, saved, scan, texts

from pipeline.audit.finding import Severity
from pipeline.audit.tampering.drawn_picture import NOT_OF_PAPER, drawn_by_program
from pipeline.audit.tampering.evidence import evidence_of
from pipeline.receipt import Receipt


def screenshot() -> bytes:
    image = Image.new("RGB", (420, 40 + STEP * len(AMOUNTS)), "white")
    pen = ImageDraw.Draw(image)
    for row, text in enumerate(AMOUNTS):
        pen.text((LEFT, 20 + STEP * row), text, fill="black", font=font_of_scans())
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def whitened() -> bytes:
    """A scan whose paper was made white, as scanning apps do."""
    levels = np.asarray(scan()).astype(np.float32)
    return saved(Image.fromarray(np.clip(levels * 1.35, 0, 255).astype(np.uint8)), 90)


def is_drawn(content: bytes) -> bool:
    shown = picture(content)
    return drawn_by_program(shown, evidence_of(shown, texts())) is not None


def test_a_screenshot_is_found():
    assert is_drawn(screenshot())


def test_scans_are_left_alone():
    assert not is_drawn(saved(scan(), 90))
    assert not is_drawn(whitened())


def with_amounts(path: str) -> Receipt:
    plain = sale(path).model_dump(mode="json")
    plain["items"] = [
        {"total": {"value": float(text), "text": text, "confidence": 0.9, "boxes": [box]}}
        for text, box in texts()
    ]
    return Receipt.model_validate(plain)


def test_what_was_claimed_decides_how_grave_it_is(tmp_path):
    (tmp_path / "a.png").write_bytes(screenshot())

    def found(claims: str | None):
        return audited(tmp_path, [with_amounts("a.png")], claims, images=tmp_path)

    assert [(one.rule, one.severity) for one in found(None)] == [(NOT_OF_PAPER, Severity.INFO)]
    assert found("path,medium\na.png,paper\n")[0].severity is Severity.MEDIUM
    assert rules(found("path,medium\na.png,Electronic\n")) == []
