"""Damage is what it says it is, and always the same."""

import numpy as np
import pytest
from PIL import Image
from small_receipts import page_of

from pipeline.errors import ConfigError
from pipeline.evaluation.corruption import CorruptedReader, Corruption, parse_corruptions

GREY = Image.new("RGB", (80, 120), (200, 200, 200))


def striped() -> Image.Image:
    picture = np.full((120, 80, 3), 255, np.uint8)
    picture[:, 40:44] = 0
    return Image.fromarray(picture)


def test_all_kinds_have_usual_strengths_and_one_strength_can_be_asked_for():
    kinds = {corruption.kind for corruption in parse_corruptions("all")}
    assert kinds == {"rotation", "skew", "blur", "low-resolution", "jpeg", "shadow", "noise"}
    assert parse_corruptions("rotation=5, blur=2") == [
        Corruption("rotation", 5),
        Corruption("blur", 2),
    ]
    assert len(parse_corruptions("jpeg")) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("blurr", "did you mean 'blur'"),
        ("blur=much", "'much' is not a number"),
        ("jpeg=200", "quality, 1 to 95"),
    ],
)
def test_what_cannot_be_done_is_refused(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_corruptions(text)


@pytest.mark.parametrize("corruption", parse_corruptions("all"), ids=lambda one: one.name)
def test_the_same_damage_each_time_on_a_picture_of_colours(corruption):
    once, again = corruption(striped()), corruption(striped())
    assert once.mode == "RGB"
    assert np.array_equal(np.asarray(once), np.asarray(again))
    assert not np.array_equal(np.asarray(once.resize((80, 120))), np.asarray(striped()))


def test_a_rotation_goes_clockwise_and_keeps_the_corners():
    turned = np.asarray(Corruption("rotation", 10)(striped())).mean(axis=2)
    assert turned.shape == (134, 100)  # 120 cos + 80 sin and 80 cos + 120 sin, rounded up
    top, bottom = turned[25].argmin(), turned[-25].argmin()
    assert top > bottom  # the upper end has gone to the right


def test_a_skew_leans_the_columns_and_keeps_the_lines():
    leaning = Corruption("skew", 15)(striped())
    assert leaning.size == (80 + round(np.tan(np.radians(15)) * 120), 120)
    dark = np.asarray(leaning).mean(axis=2)
    assert abs(dark[2].argmin() - dark[-3].argmin()) == pytest.approx(32, abs=2)


def test_a_shadow_takes_its_share_of_the_light():
    shaded = np.asarray(Corruption("shadow", 0.5)(GREY)).mean(axis=2)
    assert shaded[0, 0] == pytest.approx(200, abs=1)
    assert shaded[-1, -1] == pytest.approx(100, abs=1)


def test_noise_has_its_sigma():
    noise = np.asarray(Corruption("noise", 10)(GREY), float)[..., 0] - 200
    assert noise.std() == pytest.approx(10, rel=0.05)


def test_the_engine_sees_the_damaged_picture():
    class Engine:
        name = "watching"

        def read(self, image):
            self.seen = image
            return page_of("x")

    engine = Engine()
    reader = CorruptedReader(engine, Corruption("rotation", 10))
    reader.read(GREY)
    assert engine.seen.size != GREY.size
    assert reader.name == "watching"
