from __future__ import annotations

import random as python_random

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.document import Box
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken
from pipeline.synthetic.picture.camera import (
    compressed,
    defocused,
    motion_blurred,
    noisy,
    shadowed,
    uneven_light,
)
from pipeline.synthetic.picture.degrade import (
    RECIPES,
    badly_printed,
    degrade,
    dirty_glass,
    on_flatbed,
    on_scanner,
    on_table,
)
from pipeline.synthetic.picture.fonts import TYPEFACES, missing_glyphs
from pipeline.synthetic.picture.paper import Effect, creased, faded, folded, low_contrast
from pipeline.synthetic.picture.render import RenderedReceipt, render
from pipeline.synthetic.picture.typesetting import typeset
from pipeline.synthetic.picture.warp import Warp

SIZE = 20
CELL = 12
LINES = (
    ("normal", 6, "Gasthaus Müller"),
    ("normal", 0, "02.03.2020           14:22"),
    ("normal", 0, "--------------------------"),
    ("normal", 0, "Käsespätzle          12,90"),
    ("bold", 0, "Apfelschorle          4,50"),
    ("large", 0, "SUMME         17,40"),
    ("small", 2, "Vielen Dank!"),
)
GROWTH = {"normal": 1.0, "bold": 1.0, "large": 1.4, "small": 0.8}

MOVING: tuple[Effect, ...] = (creased, on_flatbed, on_scanner, on_table)
STAYING: tuple[Effect, ...] = (
    faded,
    folded,
    low_contrast,
    badly_printed,
    dirty_glass,
    uneven_light,
    shadowed,
    defocused,
    motion_blurred,
    noisy,
    compressed,
)


@pytest.fixture(scope="module")
def drawn() -> DrawnReceipt:
    tokens: list[DrawnToken] = []
    y = 40.0
    for line, (style, indent, text) in enumerate(LINES):
        cell, height = CELL * GROWTH[style], SIZE * GROWTH[style]
        at = 0
        for word in text.split():
            at = text.index(word, at)
            x = 40 + (indent + at) * cell
            box = Box(x, y, x + len(word) * cell, y + height)
            tokens.append(DrawnToken(word, "O", box, line, style))
            at += len(word)
        y += 1.5 * height
    return DrawnReceipt(
        id="gasthaus",
        kind="restaurant",
        locale="de_DE",
        font_size=SIZE,
        width=26 * CELL + 80,
        height=y + 40,
        tokens=tuple(tokens),
        fields={"total": "17.40", "merchant_name": "Gasthaus Müller"},
        items=({"description": "Käsespätzle", "total": "12.90"},),
        labels=frozenset({"total", "merchant_name"}),
    )


def ink_of(rendered: RenderedReceipt) -> npt.NDArray[np.bool_]:
    """Where the picture is clearly darker than its surroundings."""
    grey = cv2.cvtColor(np.asarray(rendered.image), cv2.COLOR_RGB2GRAY)
    ground = cv2.medianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((17, 17))), 9)
    return np.asarray(ground.astype(int) - grey > 35)


def words_of(rendered: RenderedReceipt) -> list[tuple[str, Box]]:
    return [
        (token.text, token.box) for token in rendered.page.page.tokens if set(token.text) != {"-"}
    ]


def assert_boxes_hold_their_words(rendered: RenderedReceipt) -> None:
    page = rendered.page.page
    assert (page.width, page.height) == rendered.image.size
    ink = ink_of(rendered)
    for text, box in words_of(rendered):
        x0, y0, x1, y1 = (round(side) for side in box.as_tuple())
        assert 0 <= x0 < x1 <= page.width, text
        assert 0 <= y0 < y1 <= page.height, text
        inside = ink[y0:y1, x0:x1]
        wider = ink[y0:y1, max(0, x0 - 4) : x1 + 4]
        assert inside.mean() > 0.05, f"{text}: no ink in its box"
        assert inside.sum() >= 0.9 * wider.sum(), f"{text}: ink beside its box"
        columns = np.flatnonzero(inside.any(axis=0))
        assert columns[0] <= 5, f"{text}: box begins too far left"
        assert columns[-1] >= x1 - x0 - 7, f"{text}: box ends too far right"


@pytest.mark.parametrize("seed", range(12))
def test_boxes_contain_the_ink_of_their_words(drawn: DrawnReceipt, seed: int) -> None:
    rendered = render(drawn, seed)
    assert_boxes_hold_their_words(rendered)
    assert rendered.image.mode == "RGB"


def test_rendering_keeps_the_ground_truth(drawn: DrawnReceipt) -> None:
    page = render(drawn, 1).page
    assert [token.text for token in page.page.tokens] == [token.text for token in drawn.tokens]
    assert [token.line for token in page.page.tokens] == [token.line for token in drawn.tokens]
    assert page.fields == drawn.fields
    assert page.items == drawn.items
    assert page.annotated == drawn.labels
    assert page.page.rotation == 0


def test_the_same_seed_renders_the_same_picture(drawn: DrawnReceipt) -> None:
    def draw(seed: int) -> RenderedReceipt:
        return degrade(render(drawn, seed), seed, 0.7, RECIPES["worn_scan"])

    python_random.seed(1)
    np.random.seed(1)
    first = draw(5)
    second = draw(5)
    assert first.page == second.page
    assert np.array_equal(np.asarray(first.image), np.asarray(second.image))
    other = draw(6)
    assert first.image.size != other.image.size or first.page != other.page


def test_global_random_state_is_restored(drawn: DrawnReceipt) -> None:
    python_random.seed(7)
    np.random.seed(7)
    expected = python_random.random(), np.random.random()
    python_random.seed(7)
    np.random.seed(7)
    badly_printed(render(drawn, 0), np.random.default_rng(0), 0.5)
    assert (python_random.random(), np.random.random()) == expected


@pytest.mark.parametrize("strength", [0.3, 1.0])
@pytest.mark.parametrize("effect", MOVING, ids=lambda effect: effect.__name__)
def test_boxes_move_with_the_pixels(drawn: DrawnReceipt, effect: Effect, strength: float) -> None:
    for seed in range(3):
        clean = render(drawn, seed)
        moved = effect(clean, np.random.default_rng(seed), strength)
        assert_boxes_hold_their_words(moved)
        assert [token.box for token in moved.page.page.tokens] != [
            token.box for token in clean.page.page.tokens
        ]


@pytest.mark.parametrize("effect", STAYING, ids=lambda effect: effect.__name__)
def test_effects_without_warping_keep_the_page(drawn: DrawnReceipt, effect: Effect) -> None:
    clean = render(drawn, 3)
    changed = effect(clean, np.random.default_rng(3), 0.8)
    assert changed.page == clean.page
    assert changed.image.size == clean.image.size
    assert not np.array_equal(np.asarray(changed.image), np.asarray(clean.image))


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_keeps_words_in_their_boxes(drawn: DrawnReceipt, name: str) -> None:
    assert_boxes_hold_their_words(degrade(render(drawn, 4), 4, 0.4, RECIPES[name]))


def test_more_strength_changes_more(drawn: DrawnReceipt) -> None:
    clean = render(drawn, 3)
    before = np.asarray(clean.image, float)
    changes = [
        np.abs(np.asarray(degrade(clean, 1, strength, [faded, noisy]).image, float) - before).mean()
        for strength in (0.0, 0.3, 0.6, 1.0)
    ]
    assert changes[0] < 0.5
    assert changes == sorted(changes)


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_strength_must_be_between_0_and_1(drawn: DrawnReceipt, strength: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        degrade(render(drawn, 0), 0, strength, RECIPES["scan"])


@pytest.mark.parametrize("typeface", [face for face, _ in TYPEFACES], ids=lambda face: face.family)
def test_typefaces_have_all_glyphs_of_receipts(typeface) -> None:
    assert missing_glyphs(typeface, "AZaz09ÄÖÜäöüßéèàçñ€£¥$×–’°%&@#*=/") == ""
    assert missing_glyphs(typeface, "中") == "中"


def test_proportional_type_keeps_columns(drawn: DrawnReceipt) -> None:
    proportional = next(face for face, _ in TYPEFACES if face.spacing == "proportional")
    set_tokens = typeset(drawn, proportional)
    for before, after in zip(drawn.tokens, set_tokens, strict=True):
        assert after.text == before.text
        assert after.box.width <= before.box.width + 1e-6
    amounts = {"12,90", "4,50", "17,40"}
    for before, after in zip(drawn.tokens, set_tokens, strict=True):
        if before.text in amounts:
            assert after.box.x1 == pytest.approx(before.box.x1)
    assert set_tokens[0].box.x1 < set_tokens[1].box.x0


def test_warped_points_match_the_warped_image() -> None:
    width, height = 240, 320
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    shift_x = 9 * np.sin(rows / 40) * np.ones_like(columns)
    shift_y = 11 * np.cos(columns / 50) * np.ones_like(rows)
    perspective = np.array([(1.02, 0.05, 12), (-0.04, 1.01, 20), (1e-5, 4e-5, 1)])
    warp = Warp(perspective, shift_x, shift_y, (300, 400))
    for x, y in ((60, 60), (180, 80), (120, 160), (70, 250), (190, 270)):
        sheet = np.zeros((height, width), np.float32)
        sheet[y - 1 : y + 2, x - 1 : x + 2] = 1
        seen = np.clip(warp.warp_image(sheet, 0), 0, None)
        at = np.array([(seen * grid).sum() for grid in np.mgrid[:400, :300]])[::-1] / seen.sum()
        assert warp.warp_points(np.array([(x, y)], float))[0] == pytest.approx(at, abs=0.3)
