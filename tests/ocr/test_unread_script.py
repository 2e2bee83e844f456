"""Chinese and Japanese pages are noticed by what stays unread, and read with all characters."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.extractor import Extractor
from pipeline.ocr import networks
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.rapid import RapidOcrEngine, RapidOcrOptions
from pipeline.ocr.unread_script import SeenLine, are_cjk, longest_unread, unread_share

JAPANESE = [
    ("みどり屋スーパーマーケット", ""),
    ("東京都渋谷区神南一丁目二番三号", ""),
    ("2026年03月14日(土) 18:42", ""),
    ("緑茶 500ml", "¥260"),
    ("小計", "¥796"),
    ("消費税(8%)", "¥63"),
    ("合計", "¥859"),
    ("お預かり", "¥1,000"),
    ("お釣り", "¥141"),
    ("またのご来店をお待ちしております", ""),
]
CHINESE = [
    ("华联超市购物中心", ""),
    ("北京市朝阳区建国路八十八号", ""),
    ("日期 2026-03-14 18:42", ""),
    ("矿泉水 550ml", "2.00"),
    ("鲜牛奶 1L", "15.80"),
    ("合计", "17.80"),
    ("现金", "20.00"),
    ("找零", "2.20"),
    ("谢谢惠顾 欢迎再次光临", ""),
]
KOREAN = [
    ("행복마트 강남점", ""),
    ("서울특별시 강남구 테헤란로", ""),
    ("담당자 김민수", "2,800"),
    ("이용해 주셔서 감사합니다", ""),
]


def drawn(rows):
    font_package = pytest.importorskip("noto_cjk_sans_jp_regular")
    font = ImageFont.truetype(str(font_package.FONT_PATH), 26)
    picture = Image.new("RGB", (520, 60 + 42 * len(rows)), "white")
    draw = ImageDraw.Draw(picture)
    for number, (left, right) in enumerate(rows):
        draw.text((30, 30 + 42 * number), left, "black", font)
        draw.text((490 - draw.textlength(right, font), 30 + 42 * number), right, "black", font)
    return picture


def seen(length, text, confidence=0.9):
    words = tuple(ReadWord(word, 0.0, 1.0, confidence) for word in text.split())
    quad = np.array([[0, 0], [length, 0], [length, 1], [0, 1]], np.float32)
    return SeenLine(np.zeros((1, 1, 3), np.uint8), quad, ReadLine(words, confidence))


@pytest.fixture(scope="module")
def extractor():
    pytest.importorskip("rapidocr", reason="the extra cjk is not installed")
    return Extractor(model="rules")


def test_lines_with_next_to_nothing_read_on_them_are_unread():
    blank, digits, stars = seen(12, ""), seen(10, "500ml"), seen(20, "*" * 16)
    words, short = seen(10, "TOTAL AMOUNT"), seen(2, "")
    assert [line.is_unread for line in (blank, digits, stars, words)] == [True, True, False, False]
    assert unread_share([blank, digits, words, short]) == pytest.approx(22 / 32)
    assert unread_share([short]) == 0
    assert longest_unread([digits, words, blank], 1) == [blank]


def test_only_sure_lines_of_their_letters_are_chinese_or_japanese():
    assert are_cjk([seen(5, "合計 1,000").line, seen(5, "ありがとう").line])
    assert not are_cjk([seen(5, "合計", 0.5).line])
    assert not are_cjk([seen(5, "TOTAL 合").line])
    assert not are_cjk([ReadLine((), 1.0)])


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (JAPANESE, {"date": "2026-03-14", "total": "859", "tax": "63", "cash": "1000"}),
        (CHINESE, {"date": "2026-03-14", "total": "17.80", "cash": "20.00", "change": "2.20"}),
    ],
)
def test_a_chinese_or_japanese_receipt_is_read_without_a_setting(extractor, rows, values):
    (record,) = extractor.extract(drawn(rows))
    assert record.error is None
    assert {name: str(getattr(record, name).value) for name in values} == values
    assert record.merchant_name.value == rows[0][0]


def test_a_script_that_no_network_reads_is_reported(extractor):
    (record,) = extractor.extract(drawn(KOREAN))
    assert record.status == "partial"
    assert record.needs_review
    assert "no Latin script" in record.error


def test_without_the_extra_the_record_says_what_to_install(monkeypatch):
    monkeypatch.setattr(networks, "find_spec", lambda _: None)
    page = RapidOcrEngine(RapidOcrOptions()).read(drawn(JAPANESE))
    assert "pip install" in page.problem
    assert "[cjk]" in page.problem


def test_latin_receipts_never_load_the_network_of_all_characters(project):
    for name in ("restaurant-id.jpg", "taxi-sg-on-its-side.jpg"):
        engine = RapidOcrEngine(RapidOcrOptions(profile="fast"))
        with Image.open(project / "data/samples" / name) as picture:
            page = engine.read(picture.convert("RGB"))
        assert page.problem is None
        assert "_network_of_all_characters" not in vars(engine)
