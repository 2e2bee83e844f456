"""Both engines, for real, on a page drawn here."""

import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import ConfigError
from pipeline.ocr.installed_engines import create_engine, engine_names

ROWS = [
    ("GREEN CORNER CAFE", ""),
    ("Espresso double", "2.80"),
    ("Blueberry muffin", "3.45"),
    ("Orange juice fresh", "4.10"),
    ("Toast with butter", "5.20"),
    ("TOTAL", "15.55"),
    ("CASH", "20.00"),
    ("CHANGE", "4.45"),
]
QUARTER_TURNS = {
    0: None,
    90: Image.Transpose.ROTATE_90,  # counter-clockwise: must be turned 90 clockwise to stand
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@pytest.fixture(scope="module")
def picture():
    image = Image.new("RGB", (640, 720), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=34)
    for number, (left, right) in enumerate(ROWS):
        draw.text((40, 40 + 80 * number), left, font=font, fill="black")
        draw.text((500, 40 + 80 * number), right, font=font, fill="black")
    return image


@pytest.fixture(scope="module", params=["rapidocr", "tesseract"])
def engine(request):
    if request.param == "tesseract" and shutil.which("tesseract") is None:
        pytest.skip("the program tesseract is not installed (scripts/test installs it)")
    return create_engine(request.param)


@pytest.mark.parametrize("turned", QUARTER_TURNS)
def test_reads_words_in_order_whichever_way_the_page_lies(engine, picture, turned):
    transpose = QUARTER_TURNS[turned]
    page = engine.read(picture if transpose is None else picture.transpose(transpose))
    assert page.rotation == turned
    assert (page.width, page.height) == picture.size
    lines = [" ".join(page.tokens[index].text for index in line) for line in page.lines()]
    assert lines == [" ".join(row).strip() for row in ROWS]


def test_boxes_lie_where_the_words_were_drawn(engine, picture):
    page = engine.read(picture)
    amounts = {token.text: token.box for token in page.tokens}
    for number, (_, amount) in enumerate(ROWS[1:], start=1):
        box = amounts[amount]
        assert 490 <= box.x0 <= 520
        assert 40 + 80 * number - 10 <= box.y0 < box.y1 <= 40 + 80 * number + 66
    assert all(0 <= token.confidence <= 1 for token in page.tokens)


def test_a_blank_page_has_no_tokens(engine):
    assert engine.read(Image.new("RGB", (400, 600), "white")).tokens == ()


def test_installed_engines_are_found():
    assert {"rapidocr", "tesseract"} <= set(engine_names())


def test_unknown_engine_suggests_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'tesseract'"):
        create_engine("teseract")


def test_unknown_option_is_refused():
    with pytest.raises(ConfigError, match="colour"):
        create_engine("rapidocr", {"colour": "blue"})


def test_tesseract_missing_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    from pipeline.errors import EngineUnavailable

    with pytest.raises(EngineUnavailable, match="apt-get install tesseract-ocr"):
        create_engine("tesseract")


def test_more_threads_than_any_machine_has_are_refused():
    with pytest.raises(ConfigError, match="threads: must be at most 256, not 1000000000"):
        create_engine("rapidocr", {"threads": 1_000_000_000})
