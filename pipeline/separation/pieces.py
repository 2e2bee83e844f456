"""The receipts on one page: which words belong to each, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from pipeline.document import Page
from pipeline.separation.cuts import Rows
from pipeline.separation.line_groups import line_groups
from pipeline.separation.placement import Placement
from pipeline.separation.printed_lines import Floats, PrintedLines, middle_angle, printed_lines

_MARGIN = 1.0  # line heights around the outermost lines
_LEVEL = 0.3  # degrees; a smaller tilt is left as it is
_SPARED = 0.25  # line heights around the lines of others that are painted over


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several receipts on a page.

    Attributes:
        tokens: indices of its tokens, ascending.
        corners: of the rectangle around it, (4, 2), which lies as the text does: top left, top
            right, bottom right, bottom left of its picture, in pixels of the page.
        others: the lines of the other receipts, (n, 4, 2).
        line_height: in pixels.
    """

    tokens: tuple[int, ...]
    corners: Floats
    others: Floats
    line_height: float

    @property
    def degrees(self) -> float:
        """How far it is turned clockwise."""
        along = self.corners[1] - self.corners[0]
        return float(np.degrees(np.arctan2(along[1], along[0])))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its picture."""
        return (
            max(1, round(float(np.linalg.norm(self.corners[1] - self.corners[0])))),
            max(1, round(float(np.linalg.norm(self.corners[3] - self.corners[0])))),
        )

    def placed(self, placement: Placement, others: Floats) -> Piece:
        """A piece of a piece on the page of the whole.

        Args:
            placement: of the picture on which this piece was found.
            others: further lines of other receipts on that page, (n, 4, 2).
        """
        moved = placement.points_on_page(self.others)
        return replace(
            self,
            corners=placement.points_on_page(self.corners),
            others=np.concatenate([moved, others]),
        )


def pieces_of(page: Page, image: Image.Image | None) -> list[Piece]:
    """The receipts of a page, none if it is one; every token is in one of them.

    Args:
        page: as it was read, whatever lies upside down or on its side.
        image: its picture, turned as it was read.
    """
    lines = printed_lines(page)
    if not len(lines):
        return []
    groups = line_groups(lines, image)
    if len(groups) < 2:
        return []
    order = sorted(groups, key=lambda group: _reading_order(lines, group, page))
    return [_piece(lines, group, np.setdiff1d(np.arange(len(lines)), group)) for group in order]


def _reading_order(lines: PrintedLines, group: Rows, page: Page) -> tuple[int, float]:
    """By quarters of the page from top to bottom, then from left to right."""
    top = float(lines.corners[group][..., 1].min())
    return int(4 * top / max(page.height, 1)), float(lines.corners[group][..., 0].min())


def _piece(lines: PrintedLines, group: Rows, others: Rows) -> Piece:
    tokens = sorted(token for row in group for token in lines.tokens[row])
    angle = middle_angle(lines.angles[group], lines.lengths[group])
    tilt = (angle + 45) % 90 - 45
    tilt = tilt if abs(tilt) > _LEVEL else 0.0
    along = np.array([np.cos(np.radians(tilt)), np.sin(np.radians(tilt))])
    normal = np.array([-along[1], along[0]])
    height = float(np.median(lines.heights[group]))
    points = lines.corners[group].reshape(-1, 2)
    low = np.array([(points @ along).min(), (points @ normal).min()]) - _MARGIN * height
    high = np.array([(points @ along).max(), (points @ normal).max()]) + _MARGIN * height
    flat = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    corners = flat[:, :1] * along + flat[:, 1:] * normal
    return Piece(tuple(tokens), corners, lines.corners[others], height)


def cut_out(image: Image.Image, piece: Piece) -> tuple[Image.Image, Placement]:
    """A receipt's own picture, straightened, without the print of its neighbours.

    Args:
        image: the page, as the piece's corners lie on it.
    """
    width, height = piece.size
    pixels = np.asarray(image)
    target = np.array([(0, 0), (width, 0), (0, height)], np.float32)
    corners = piece.corners[[0, 1, 3]].astype(np.float32)
    warp = cv2.getAffineTransform(corners, target)
    level = piece.degrees == 0
    picture = cv2.warpAffine(
        pixels,
        warp,
        (width, height),
        flags=cv2.INTER_NEAREST if level else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    picture = _without(np.ascontiguousarray(picture), piece, warp)
    x, y = (float(side) for side in piece.corners[0])
    return Image.fromarray(picture), Placement(piece.degrees, x, y, image.size)


def _without(picture: np.ndarray, piece: Piece, warp: np.ndarray) -> np.ndarray:
    """The picture with the others' lines painted over in the paper's colour."""
    moved = piece.others @ warp[:, :2].T + warp[:, 2]
    room = piece.line_height * _SPARED
    height, width = picture.shape[:2]
    paper = np.median(picture[::7, ::7].reshape(-1, picture.shape[2]), axis=0)
    for corners in moved:
        x0, y0 = corners.min(axis=0) - room
        x1, y1 = corners.max(axis=0) + room
        if x1 > 0 and y1 > 0 and x0 < width and y0 < height:
            middle = corners.mean(axis=0)
            grown = corners + room * np.sign(corners - middle)
            cv2.fillConvexPoly(picture, grown.round().astype(np.int32), paper.tolist())
    return picture


def page_of(page: Page, piece: Piece) -> tuple[Page, Placement]:
    """The part of a page whose text needs no reading: the piece's words, on its own picture.

    The tokens keep their boxes' size; a page that brings its text has none that is tilted.
    """
    x0, y0 = (float(side) for side in piece.corners.min(axis=0))
    x1, y1 = (float(side) for side in piece.corners.max(axis=0))
    numbers: dict[int, int] = {}
    tokens = []
    for index in piece.tokens:
        token = page.tokens[index]
        line = numbers.setdefault(token.line, len(numbers))
        tokens.append(replace(token, box=token.box.moved(-x0, -y0), line=line))
    own = Page(round(x1 - x0), round(y1 - y0), tuple(tokens), page.rotation)
    return own, Placement(0.0, x0, y0, (page.width, page.height), page.rotation)
