"""Several receipts on a page are found, and one is left as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sheet_pages import BOOKS, CAFE, NOODLES, picture, placed, sheet

from pipeline.document import Box, Page, Token
from pipeline.separation.pieces import Piece, cut_out, page_of, pieces_of
from pipeline.separation.placement import Placement
from pipeline.separation.read_receipt import _read_alone

RED = (255, 0, 0)


def is_red(image: Image.Image) -> np.ndarray:
    pixels = np.asarray(image)
    return (pixels[..., 0] > 200) & (pixels[..., 1] < 60)


@pytest.mark.parametrize("rows", [NOODLES, BOOKS, CAFE, (*CAFE, *CAFE[4:])])
@pytest.mark.parametrize("degrees", [0, 5])
@pytest.mark.parametrize("with_quads", [True, False])
def test_one_receipt_is_left_as_it_is(rows, degrees, with_quads) -> None:
    assert pieces_of(sheet(placed(rows, 100, 100, degrees), with_quads=with_quads), None) == []


@pytest.mark.parametrize("degrees", [-6, 0, 4])
@pytest.mark.parametrize("with_quads", [True, False])
def test_receipts_side_by_side(degrees: float, with_quads: bool) -> None:
    receipts = placed(CAFE, 160, 160, degrees), placed(BOOKS * 2, 820, 140, first_line=50)
    page = sheet(*receipts, with_quads=with_quads)
    pieces = pieces_of(page, picture(page, *receipts))
    texts = [[page.tokens[index].text for index in piece.tokens] for piece in pieces]
    assert texts == [[token.text for token in tokens] for tokens, _ in receipts]


def upside_down(receipt, width: float, height: float):
    """A receipt turned by half around the middle of a rectangle, its words misread."""
    tokens, quads = receipt
    turned = [
        replace(
            token,
            text=token.text[::-1],
            confidence=0.7,
            box=Box(
                width - token.box.x1, height - token.box.y1,
                width - token.box.x0, height - token.box.y0,
            ),
        )
        for token in tokens
    ]  # fmt: skip
    corners = [tuple((width - x, height - y) for x, y in (*quad[2:], *quad[:2])) for quad in quads]
    return turned, corners


@pytest.mark.parametrize("rows", [CAFE, (*CAFE, *CAFE[4:])])
def test_a_neighbour_that_lies_upside_down(rows) -> None:
    receipts = placed(CAFE, 160, 160), upside_down(placed(rows, 0, 0, first_line=50), 1420, 700)
    page = sheet(*receipts)
    pieces = pieces_of(page, picture(page, *receipts))
    assert [len(piece.tokens) for piece in pieces] == [len(tokens) for tokens, _ in receipts]


KEYS = ("Q", "W", "E", "A")
NEWS = (
    "The minister said on Monday",
    "that nothing had been decided.",
    "Members of the house had asked",
    "for a vote before the summer.",
    "The opposition left the room.",
    "A new date will be announced",
    "as soon as all have agreed.",
    "Observers do not expect it",
    "to be within this year.",
    "More on the following pages.",
    "Our correspondent in the north",
    "has spoken to the neighbours.",
    "They had heard nothing at all.",
)


@pytest.mark.parametrize("beside", [KEYS, NEWS])
def test_what_lies_beside_a_receipt_is_no_receipt(beside) -> None:
    receipts = placed(CAFE, 160, 160), placed(beside, 1100, 200, first_line=50)
    page = sheet(*receipts)
    assert pieces_of(page, picture(page, *receipts)) == []


@given(
    degrees=st.floats(-44, 44),
    inner=st.floats(-44, 44),
    rotation=st.sampled_from([0, 90, 180, 270]),
)
def test_a_piece_of_a_piece_lies_on_the_page(degrees, inner, rotation) -> None:
    placement = Placement(degrees, 900, 700, (3000, 2000)).upright((400, 300), rotation)
    turn = np.radians(inner)
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-along[1], along[0]])
    corners = np.array([(90.0, 80.0) + x * along + y * across for x, y in SQUARE])
    piece = Piece((0,), corners, corners[None], 20.0)
    on_page = piece.placed(placement, corners[None] + 1)
    assert on_page.size == piece.size
    assert np.allclose(on_page.others[0], on_page.corners)
    assert np.allclose(on_page.others[1], corners + 1)
    for corner, moved in zip(corners, on_page.corners, strict=True):
        assert placement.on_page(Box(*corner, *corner)).center == pytest.approx(moved, abs=1e-6)


SQUARE = ((0, 0), (120, 0), (120, 60), (0, 60))


def test_two_receipts_that_show_only_once_they_stand_upright() -> None:
    """Both lie on their heads beside one that does not, and are first taken for one."""
    image = Image.new("RGB", (2000, 1000), (245, 245, 245))
    others = np.zeros((0, 4, 2))
    flat = np.array([(800, 0), (2000, 0), (2000, 700), (800, 700)], float)
    first, second = placed(CAFE, 20, 40), placed(BOOKS * 2, 660, 40, first_line=50)
    seen = replace(sheet(first, second), width=1200, height=700, rotation=180)
    papers = picture(sheet(first, second), first, second).crop((0, 0, 1200, 700))
    image.paste(papers.transpose(Image.Transpose.ROTATE_180), (800, 0))
    sizes = []

    def read(own: Image.Image) -> Page:
        sizes.append(own.size)
        return seen if len(sizes) == 1 else Page(*own.size, ())

    parts = [
        receipt.parts[0]
        for receipt in _read_alone(image, 0, Piece((), flat, others, 24.0), 1, read)
    ]
    assert len(parts) == 2
    assert sizes[0] == (1200, 700)
    left, right = (part.placement.on_page(Box(0, 0, *part.size)) for part in parts)
    # The page is turned by half, and with it the receipts' places.
    assert left.x1 <= right.x0 + 60
    assert left.x0 == pytest.approx(20 - 24, abs=25)
    assert [part.placement.rotation for part in parts] == [180, 180]


def test_a_blank_page_has_no_pieces() -> None:
    assert pieces_of(Page(100, 100, ()), Image.new("RGB", (100, 100))) == []


words = st.builds(
    Token,
    text=st.sampled_from(["TOTAL", "12.99", "MILK", "05/02/2025", "-"]),
    box=st.builds(
        lambda x, y, w, h: Box(x, y, x + w, y + h),
        *[st.floats(0, 1500) for _ in range(2)],
        *[st.floats(0, 200) for _ in range(2)],
    ),
    line=st.integers(0, 20),
)


@settings(max_examples=30)
@given(tokens=st.lists(words, max_size=40), with_quads=st.booleans())
def test_every_token_is_in_one_piece(tokens: list[Token], with_quads: bool) -> None:
    ordered = sorted(tokens, key=lambda token: token.line)
    boxes = [token.box for token in ordered[::2]] if with_quads else []
    quads = tuple(
        ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)) for box in boxes
    )
    page = Page(2000, 2000, tuple(ordered), quads=quads)
    pieces = pieces_of(page, None)
    found = sorted(index for piece in pieces for index in piece.tokens)
    assert len(pieces) != 1
    assert not pieces or found == list(range(len(tokens)))


def test_a_tilted_piece_is_straightened_and_its_boxes_lead_back() -> None:
    receipts = placed(CAFE, 150, 100, 6), placed(CAFE, 1000, 120, first_line=50)
    page = sheet(*receipts)
    image = picture(page, *receipts)
    pixels = np.asarray(image).copy()
    total = page.tokens[[token.text for token in page.tokens].index("TOTAL")]
    x, y = (round(side) for side in total.box.center)
    pixels[y - 3 : y + 4, x - 3 : x + 4] = RED
    piece = pieces_of(page, image)[0]
    own, placement = cut_out(Image.fromarray(pixels), piece)
    assert piece.degrees == pytest.approx(6, abs=0.5)
    rows, columns = np.nonzero(is_red(own))
    seen = placement.on_page(Box(columns.min(), rows.min(), columns.max(), rows.max()))
    assert seen.center == pytest.approx((x, y), abs=2)


def test_the_neighbours_print_is_painted_over() -> None:
    receipts = placed(CAFE, 100, 100, 6), placed(CAFE, 740, 160, first_line=50)
    page = sheet(*receipts)
    image = picture(page, *receipts)
    pixels = np.asarray(image).copy()
    for quad in page.quads[len(page.quads) // 2 :]:
        (x0, y0), (x1, y1) = quad[0], quad[2]
        pixels[round(y0) : round(y1), round(x0) : round(x1)] = RED
    first = pieces_of(page, image)[0]
    own, _ = cut_out(Image.fromarray(pixels), first)
    assert is_red(Image.fromarray(pixels)).any()
    assert not is_red(own).any()


def test_the_text_of_a_piece_needs_no_reading() -> None:
    receipts = placed(CAFE, 100, 100), placed(BOOKS * 2, 900, 120, first_line=50)
    page = sheet(*receipts)
    own, placement = page_of(page, pieces_of(page, picture(page, *receipts))[1])
    assert own.tokens[0].text == "BOOK"
    assert own.tokens[0].line == 0
    assert placement.on_page(own.tokens[0].box).center == pytest.approx(
        next(token for token in page.tokens if token.text == "BOOK").box.center
    )


@given(
    degrees=st.floats(-44, 44),
    x=st.floats(0, 500),
    y=st.floats(0, 500),
    rotation=st.sampled_from([0, 90, 180, 270]),
)
def test_a_placement_turns_with_page_and_picture(degrees, x, y, rotation) -> None:
    placement = Placement(degrees, x, y, (3000, 2000))
    picture, point = (300, 200), (120.0, 50.0)
    turned = point
    on_page = placement.on_page(Box(*point, *point)).center
    size, page = picture, (3000, 2000)
    for _ in range(rotation // 90):
        turned, size = (size[1] - turned[1], turned[0]), (size[1], size[0])
        on_page, page = (page[1] - on_page[1], on_page[0]), (page[1], page[0])
    upright = placement.upright(picture, rotation)
    assert upright.size == page
    if all(0 < side < limit for side, limit in zip(on_page, page, strict=True)):
        assert upright.on_page(Box(*turned, *turned)).center == pytest.approx(on_page, abs=1e-6)
