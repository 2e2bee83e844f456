"""Profiles set what is not given; every profile has its own place in the cache."""

import pytest
from PIL import Image
from pydantic import ValidationError

from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.ocr.cache import CachedEngine
from pipeline.ocr.installed_engines import create_engine
from pipeline.ocr.rapid import Profile, RapidOcrOptions


def test_balanced_is_the_default():
    assert RapidOcrOptions() == RapidOcrOptions(profile="balanced")


def test_profiles_differ_and_given_options_win():
    options = [RapidOcrOptions(profile=profile) for profile in Profile]
    assert len({one.model_dump_json() for one in options}) == len(Profile)
    assert RapidOcrOptions(profile="fast", squeeze=0.95).squeeze == 0.95


def test_a_page_is_cached_for_each_profile_apart(tmp_path):
    class Fake:
        name = "rapidocr"

        def __init__(self, profile):
            self.options = RapidOcrOptions(profile=profile)

        def read(self, image):
            return Page(image.width, image.height, ())

    for profile in Profile:
        CachedEngine(Fake(profile), tmp_path).read(Image.new("RGB", (8, 8)))
    assert len(list(tmp_path.glob("*.json"))) == len(Profile)


def test_an_unknown_profile_is_refused_with_those_there_are():
    with pytest.raises(ValidationError, match="'fast' or 'balanced'"):
        RapidOcrOptions(profile="quick")
    with pytest.raises(ConfigError, match="'balanced'"):
        create_engine("rapidocr", {"profile": "quick"})
