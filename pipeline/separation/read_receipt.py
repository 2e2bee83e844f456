"""Receipts as they were read: what is printed on each, and where on the file's pages it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from pipeline.document import Box, Page
from pipeline.rotation import turned, turned_points
from pipeline.separation.continuation import continues
from pipeline.separation.pieces import Piece, cut_out, page_of, pieces_of
from pipeline.separation.placement import Placement

Read = Callable[[Image.Image], Page]
"""The OCR engine's ``read``."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a receipt that is on one page.

    Attributes:
        number: of the page in its file, from 1.
        placement: from the part's own upright picture to the upright page.
        size: of that picture.
        top: where the part begins in the receipt's ``page``, in pixels.
        is_region: whether it is a part of the page, cut out and read alone.
    """

    number: int
    placement: Placement
    size: tuple[int, int]
    top: float = 0.0
    is_region: bool = False

    def on_page(self, box: Box) -> Box:
        """The box on the file's page, from one of the receipt's ``page``."""
        return self.placement.on_page(box.moved(0, -self.top))


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """One receipt.

    Attributes:
        page: its tokens; those of several pages one page below the other.
        images: the upright picture of each part; ``None`` where nobody asked for one.
        parts: where it lies, one for each page that it is on.
    """

    page: Page
    images: tuple[Image.Image | None, ...]
    parts: tuple[Part, ...]

    @property
    def image(self) -> Image.Image | None:
        """Its picture; the pages' pictures one below the other."""
        if len(self.images) == 1 or None in self.images:
            return self.images[0]
        whole = Image.new("RGB", (self.page.width, self.page.height), "white")
        for image, part in zip(self.images, self.parts, strict=True):
            if image is not None:
                whole.paste(image, (0, round(part.top)))
        return whole

    @property
    def region(self) -> Box | None:
        """The box on its page, if the page holds several."""
        first = self.parts[0]
        return first.placement.on_page(Box(0, 0, *first.size)) if first.is_region else None

    def part_at(self, box: Box) -> Part:
        """The part that a box of ``page`` lies on."""
        middle = box.center[1]
        return next((part for part in reversed(self.parts) if part.top <= middle), self.parts[0])


def receipts_on(page: Page, image: Image.Image, number: int, read: Read) -> list[ReadReceipt]:
    """The receipts on a page that was read: the page as it is, or each of several read alone.

    Args:
        page: as it was read.
        image: its picture, as the file has it.
        number: of the page in its file, from 1.
    """
    upright = turned(image, page.rotation)
    pieces = pieces_of(page, upright)
    if not pieces:
        return [whole_page(page, upright, number)]
    return [
        receipt
        for piece in pieces
        for receipt in _read_alone(upright, page.rotation, piece, number, read)
    ]


def _read_alone(
    page: Image.Image, rotation: int, piece: Piece, number: int, read: Read
) -> Iterator[ReadReceipt]:
    """One piece of a page, or several if its words, once they stand upright, show that it is.

    Args:
        page: the picture that the piece lies on.
        rotation: how far it is turned.
    """
    picture, placement = cut_out(page, piece)
    own = read(picture)
    placement = replace(placement, rotation=rotation).upright(picture.size, own.rotation)
    picture = turned(picture, own.rotation)
    within = pieces_of(own, picture) if own.rotation else []
    if not within:
        part = Part(number, placement, picture.size, is_region=True)
        yield ReadReceipt(own, (picture,), (part,))
        return
    others = turned_points(piece.others, page.size, own.rotation)
    page = turned(page, own.rotation)
    for one in within:
        lies = one.placed(placement, others)
        yield from _read_alone(page, placement.rotation, lies, number, read)


def receipts_of_text(page: Page, image: Image.Image | None, number: int) -> list[ReadReceipt]:
    """The receipts on a page that brings its text, which need no reading.

    Args:
        page: the text.
        image: the page's picture, as the file has it, if it is needed for more than the text.
        number: of the page in its file, from 1.
    """
    upright = None if image is None else turned(image, page.rotation)
    pieces = pieces_of(page, upright)
    if not pieces:
        return [whole_page(page, upright, number)]
    receipts = []
    for piece in pieces:
        own, placement = page_of(page, piece)
        picture = None if upright is None else cut_out(upright, piece)[0]
        part = Part(number, placement, (own.width, own.height), is_region=True)
        receipts.append(ReadReceipt(own, (picture,), (part,)))
    return receipts


def whole_page(page: Page, upright: Image.Image | None, number: int) -> ReadReceipt:
    """A page that is one receipt."""
    size = (page.width, page.height)
    part = Part(number, Placement(0.0, 0.0, 0.0, size, page.rotation), size)
    return ReadReceipt(page, (upright,), (part,))


def goes_on(receipt: ReadReceipt, following: Sequence[ReadReceipt]) -> bool:
    """Whether a receipt goes on with the next page of its file, which holds ``following``."""
    alone = len(following) == 1 and not any(
        part.is_region for part in (*receipt.parts, *following[0].parts)
    )
    return alone and continues(receipt.page, following[0].page)


def joined(receipt: ReadReceipt, following: ReadReceipt) -> ReadReceipt:
    """One receipt of both, one below the other."""
    above, below = receipt.page, following.page
    lines = 1 + max((token.line for token in above.tokens), default=-1)
    moved = tuple(
        replace(token, box=token.box.moved(0, above.height), line=token.line + lines)
        for token in below.tokens
    )
    page = Page(max(above.width, below.width), above.height + below.height, (*above.tokens, *moved))
    parts = [replace(part, top=part.top + above.height) for part in following.parts]
    return ReadReceipt(page, (*receipt.images, *following.images), (*receipt.parts, *parts))
