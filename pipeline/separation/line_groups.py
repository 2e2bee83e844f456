"""The printed lines of a page in groups, one for each receipt on it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipeline.separation.blocks import Judge, grouped, may_lie_around_each_other
from pipeline.separation.cut_evidence import printed_evidence
from pipeline.separation.cuts import Cut, Rows, possible_cuts
from pipeline.separation.gap_seen import MOST_SEEN, Grey, seen_evidence
from pipeline.separation.printed_lines import PrintedLines
from pipeline.separation.weights import ACROSS, ALONG, probability, weights_of

LIKELY = {ACROSS: 0.5, ALONG: 0.4}
"""The probabilities from which a cut is made: chosen so that no real receipt in 200 is cut."""
LIKELY_OF_MORE = {ACROSS: 0.4, ALONG: 0.3}
"""The same on a page that is known to hold several."""
_FEWEST = 6  # lines of a group that may be cut
_MANY = 40  # lines of a group in which receipts may lie around each other
_READ = 0.5  # share of lines with words, in a group whose words tell what it is


def line_groups(lines: PrintedLines, image: Image.Image | None) -> list[Rows]:
    """The groups; one that holds all lines if it is one receipt.

    Args:
        image: the page, which shows papers' edges and the ground between them.
    """
    grey = None if image is None else np.asarray(image.getchannel(1), np.uint8)
    first, more = (_judge(lines, grey, is_part) for is_part in (False, True))
    parts = _cut(lines, np.arange(len(lines)), first, more)
    groups = []
    for group in parts:
        if len(group) >= _MANY and may_lie_around_each_other(lines, group):
            groups += grouped(lines, group, more if len(parts) > 1 else first)
        else:
            groups.append(group)
    return _without_scraps(lines, groups)


def _judge(lines: PrintedLines, grey: Grey | None, is_part: bool) -> Judge:
    """Judges cuts, with a look at the picture only where that could show enough.

    Args:
        is_part: whether the page is known to hold several receipts.
    """
    needed = LIKELY_OF_MORE if is_part else LIKELY

    def judge(cut: Cut) -> float:
        model = ACROSS if cut.across else ALONG
        printed = printed_evidence(lines, cut, is_part)
        most = {
            name: value for name, value in MOST_SEEN.items() if weights_of(model).get(name, 0.0) > 0
        }
        at_most = probability(model, {**printed, **most}) - needed[model]
        if at_most < 0 or grey is None:
            return min(at_most, probability(model, printed) - needed[model])
        seen = seen_evidence(lines, cut, grey)
        return probability(model, {**printed, **seen}) - needed[model]

    return judge


def _cut(lines: PrintedLines, rows: Rows, judge: Judge, more: Judge) -> list[Rows]:
    """The lines, cut at the likeliest place as long as one is likely enough.

    Args:
        more: judges the cuts of the parts.
    """
    if len(rows) < _FEWEST:
        return [rows]
    judged = [(judge(cut), cut) for cut in possible_cuts(lines, rows)]
    above, cut = max(judged, key=lambda one: one[0], default=(-1.0, None))
    if cut is None or above < 0:
        return [rows]
    return [group for side in cut.sides for group in _cut(lines, side, more, more)]


def _without_scraps(lines: PrintedLines, groups: list[Rows]) -> list[Rows]:
    """Groups that cannot be receipts are joined to the nearest that may be one."""
    receipts = [group for group in groups if _may_be_receipt(lines, group)]
    if not receipts:
        return [np.concatenate(groups)]
    middles = [lines.centres[group].mean(axis=0) for group in receipts]
    for group in groups:
        if not _may_be_receipt(lines, group):
            away = [
                np.linalg.norm(middle - lines.centres[group].mean(axis=0)) for middle in middles
            ]
            nearest = int(np.argmin(away))
            receipts[nearest] = np.concatenate([receipts[nearest], group])
    return receipts


def _may_be_receipt(lines: PrintedLines, rows: Rows) -> bool:
    """Whether there is what receipts have, or much text that the engine could not read as it lies
    there."""
    has = lines.has
    if len(rows) < _FEWEST // 2:
        return False
    telling = has["amount"][rows].any() or has["total"][rows].any() or has["date"][rows].any()
    unread = len(rows) >= _FEWEST and has["read"][rows].mean() < _READ
    return bool(telling or unread)
