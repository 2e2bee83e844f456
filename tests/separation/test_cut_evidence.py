"""What a cut between a receipt and the next one below it is judged from."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sheet_pages import BOOKS, CAFE, placed, sheet

from pipeline.document import Page
from pipeline.separation.cut_evidence import evidence_of, printed_evidence
from pipeline.separation.cuts import Cut, cut_between
from pipeline.separation.gap_seen import Grey
from pipeline.separation.line_groups import line_groups
from pipeline.separation.printed_lines import PrintedLines, printed_lines

WHITE, PAPER, FAINT = 250, 248, 244
BELOW = 740  # where the lower receipt begins
EDGE = 600  # between the two


def one_above_the_other(upper=CAFE, lower=CAFE) -> tuple[Page, PrintedLines, Cut]:
    lower = [row.replace("0113 496 0000", "(212) 555-0136") for row in lower]
    page = sheet(placed(upper, 100, 100), placed(lower, 120, BELOW, first_line=50))
    lines = printed_lines(page)
    is_above = lines.centres[:, 1] < EDGE
    cut = cut_between(lines, np.flatnonzero(is_above), np.flatnonzero(~is_above))
    assert cut is not None
    return page, lines, cut


def scanned(degrees: float = 0, start: int = 0, end: int = 2000, dash: int = 0) -> Grey:
    """A light page with a line across it: a paper's edge, or a row of dashes."""
    noise = np.random.default_rng(3).normal(PAPER, 0.7, (2000, 2000))
    image = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))
    brush = ImageDraw.Draw(image)
    rise = np.tan(np.radians(degrees))
    step = dash or end - start
    for x in range(start, end, 2 * step):
        ends = [(at, EDGE + 70 + rise * (at - 360)) for at in (x, x + step)]
        brush.line(ends, fill=60 if dash else FAINT, width=3)
    return np.asarray(image)


@pytest.mark.parametrize("degrees", [-3, 0, 2])
def test_a_faint_straight_edge_is_seen(degrees: float) -> None:
    _, lines, cut = one_above_the_other()
    plain = evidence_of(lines, cut, scanned(end=1))
    edge = evidence_of(lines, cut, scanned(degrees))
    assert edge["straight"] > 2 * plain["straight"]
    assert edge["beyond"] > 1 > plain["beyond"]


@pytest.mark.parametrize("dash", [0, 14])
def test_print_ends_where_a_papers_edge_runs_on(dash: int) -> None:
    _, lines, cut = one_above_the_other()
    printed = evidence_of(lines, cut, scanned(start=100, end=615, dash=dash))
    assert printed["straight"] > 3
    assert printed["beyond"] < 1


def test_a_header_and_a_foot() -> None:
    _, lines, cut = one_above_the_other()
    seen = printed_evidence(lines, cut, is_part=True)
    assert seen["part"] == 1
    assert seen["phone_on_top"] == 1
    assert seen["top_at_right"] < seen["foot_at_right"]
    assert seen["top_without_amounts"] > seen["foot_without_amounts"]
    _, lines, cut = one_above_the_other(CAFE, ("TEA|2.20", "MILK|1.10", *BOOKS[2:]))
    seen = printed_evidence(lines, cut, is_part=False)
    assert seen["phone_on_top"] == seen["part"] == 0
    assert seen["top_at_right"] >= 0.4


def test_whole_receipts_on_white_one_above_the_other() -> None:
    page, lines, _ = one_above_the_other()
    picture = Image.fromarray(scanned()).convert("RGB")
    assert [len(group) for group in line_groups(lines, picture)] == [len(lines) // 2] * 2
    assert len(page.tokens) == sum(map(len, lines.tokens))
