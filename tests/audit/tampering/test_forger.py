"""Edits change one digit of a scan and nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest
from printed_scans import opened, saved, scan, texts

from pipeline.audit.tampering.evidence import FEATURES
from pipeline.document import Box, Page, Token
from pipeline.evaluation.audit.edited_scans import (
    SAVINGS,
    Readable,
    draws,
    edited,
    number_texts,
    saved_again,
    scan_of,
    untouched,
)
from pipeline.evaluation.audit.forger import METHODS


@pytest.fixture(scope="module")
def readable():
    content = saved(scan(), 75)
    return Readable("a", content, opened(content), tuple(texts()))


@pytest.fixture(scope="module")
def donor():
    content = saved(scan(seed=7), 75)
    return scan_of(Readable("b", content, opened(content), tuple(texts())))


@pytest.mark.parametrize("method", METHODS)
def test_an_edit_changes_one_digit(readable, donor, method):
    own = scan_of(readable)
    assert own is not None
    target = own.digits[20]
    edit = METHODS[method](own, target, [donor], random.Random(4))
    assert edit is not None and edit.text != target.text and edit.target == target
    rows, columns = np.nonzero((edit.pixels != own.pixels).any(axis=2))
    x0, y0, x1, y1 = target.box
    assert rows.min() >= y0 - 6 and rows.max() < y1 + 6
    assert columns.min() >= x0 - 6 and columns.max() < x1 + 6
    inside = edit.pixels[y0:y1, x0:x1].astype(int) - own.pixels[y0:y1, x0:x1]
    assert np.abs(inside).max() > 60


def test_one_digit_is_marked_as_changed(readable, donor):
    own = scan_of(readable)
    assert own is not None
    looked = edited(readable, own, ["spliced"], "quality 85", [donor], random.Random(2))
    assert looked is not None and looked.is_changed.sum() == 1
    assert looked.is_near.sum() in (1, 2)
    assert looked.evidence.features.shape == (len(looked.evidence.digits), len(FEATURES))


def test_scans_without_an_edit_have_no_changed_digit(readable):
    for looked in (untouched(readable), saved_again(readable, "quality 90", random.Random(1))):
        assert not looked.is_changed.any() and not looked.method
        assert np.isfinite(looked.evidence.features).all()


def test_savings_are_drawn_equally_often():
    drawn = list(draws(50, random.Random(1)))
    assert {drawn.count(name) for name in SAVINGS} == {10}


def test_amounts_and_dates_are_what_is_edited():
    words = ["TOTAL", "RM12.50", "1,204.00", "12/03/2018", "03-2018", "7", "-4.20", "012-3456789"]
    tokens = tuple(Token(word, Box(0, 20 * n, 50, 20 * n + 15)) for n, word in enumerate(words))
    found = [text for text, _ in number_texts(Page(100, 200, tokens))]
    assert found == ["RM12.50", "1,204.00", "12/03/2018", "-4.20"]
