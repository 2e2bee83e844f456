"""Several receipts on a page are found, and one is left as it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sheet_pages import BOOKS, CAFE, NOODLES, picture, placed, sheet

from pipeline.document import Box, Page, Token
from pipeline.separation.pieces import cut_out, page_of, pieces_of
from pipeline.separation.placement import Placement

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
