"""What was read against what stands there, by hand and against jiwer's error rate."""

from dataclasses import replace

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_receipts import annotated, page_of

from pipeline.document import Box, Page
from pipeline.evaluation.cases import Reading
from pipeline.evaluation.ocr import amounts, match_boxes, ocr_counts, page_text
from pipeline.evaluation.scores import Score


def counts(truth: Page, read: Page):
    return ocr_counts(Reading(annotated(page=truth), read, None))


def test_words_are_a_bag_without_case():
    found = counts(page_of("TOTAL RM 9.00", "9.00 9.00"), page_of("Total RM9.00", "9.00"))
    assert found["ocr.tokens"] == Score(2, 3, 5)


def test_amounts_are_found_within_words_and_compared_by_value():
    assert amounts(page_of("RM1,234.50 1.234,50 12.5 2018 25/12/2018 0.90")) == [
        "123450",
        "123450",
        "090",
    ]
    found = counts(page_of("1,234.50", "9.00"), page_of("RM1234.50", "9.60"))
    assert found["ocr.amounts"] == Score(1, 2, 2)


def test_boxes_match_one_to_one_at_half_their_union():
    truth = [Box(0, 0, 10, 10), Box(20, 0, 30, 10)]
    half = Box(0, 0, 10, 20)  # IoU with the first: 100 / 200
    less = Box(0, 0, 10, 21)
    assert match_boxes(truth, [half, half]) == Score(1, 2, 2)
    assert match_boxes(truth, [less]) == Score(0, 1, 2)
    assert match_boxes(truth, []) == Score(0, 0, 2)


def test_boxes_are_compared_at_the_annotations_scale():
    truth = page_of("TOTAL 9.00")
    double = Page(
        2 * truth.width,
        2 * truth.height,
        tuple(
            replace(token, box=Box(*(2 * side for side in token.box.as_tuple())))
            for token in truth.tokens
        ),
    )
    assert counts(truth, double)["ocr.boxes"] == Score(2, 2, 2)


def test_a_turned_picture_has_no_box_figure():
    page = page_of("TOTAL 9.00")
    assert "ocr.boxes" not in counts(page, replace(page, rotation=180))


def test_nothing_read_is_all_characters_wrong():
    found = counts(page_of("AB C"), Page(10, 10, ()))
    assert (found["ocr.cer"].part, found["ocr.cer"].whole) == (4, 4)


@settings(deadline=None)
@given(st.text("ab c", min_size=1), st.text("ab c", min_size=1))
def test_the_character_error_rate_is_jiwers(truth, read):
    truth, read = f"x {truth}", f"x {read}"  # jiwer refuses empty truth
    pages = page_of(truth), page_of(read)
    wanted = jiwer.cer(page_text(pages[0]), page_text(pages[1]))
    assert counts(*pages)["ocr.cer"].value == pytest.approx(wanted)
