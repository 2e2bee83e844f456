from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from item_rows import D, Q, T, U, items_of
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.assembly.thresholds import packaged_thresholds
from pipeline.document import Box, Page
from pipeline.tagging.types import Tags


def test_one_line_each() -> None:
    lines = [[("2", Q), ("COLA", D), ("3.50", U), ("7.00", T)], [("BREAD", D), ("2.10", T)]]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", None, None, "2.10")]


@pytest.mark.parametrize("slope", [-0.03, 0.03])
def test_skewed_page(slope: float) -> None:
    lines = [[(f"ITEM{n}", D), ("x", ""), ("y", ""), (f"{n}.00", T)] for n in range(1, 6)]
    expected = [(f"ITEM{n}", None, None, f"{n}.00") for n in range(1, 6)]
    assert items_of(lines, slope) == expected


def test_description_over_two_lines() -> None:
    lines = [
        [("GREEN", D), ("TEA", D)],
        [("LARGE", "+" + D), ("4.00", T)],
        [("CAKE", D), ("5.00", T)],
    ]
    assert items_of(lines) == [
        ("GREEN TEA LARGE", None, None, "4.00"),
        ("CAKE", None, None, "5.00"),
    ]


def test_quantity_line_below() -> None:
    lines = [
        [("COLA", D), ("7.00", T)],
        [("2", Q), ("x", ""), ("3.50", U)],
        [("BREAD", D), ("2.10", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", None, None, "2.10")]


def test_quantity_line_above() -> None:
    lines = [
        [("2", Q), ("x", ""), ("3.50", U)],
        [("COLA", D), ("7.00", T)],
        [("3", Q), ("x", ""), ("1.00", U)],
        [("BREAD", D), ("3.00", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", "3", "1.00", "3.00")]


def test_the_product_decides_between_above_and_below() -> None:
    lines = [
        [("BREAD", D), ("2.10", T)],
        [("2", Q), ("x", ""), ("3.50", U)],
        [("COLA", D), ("7.00", T)],
    ]
    assert items_of(lines) == [("BREAD", None, None, "2.10"), ("COLA", "2", "3.50", "7.00")]


def test_numbers_below_the_description() -> None:
    lines = [
        [("COLA", D)],
        [("2", Q), ("3.50", U), ("7.00", T)],
        [("BREAD", D)],
        [("1", Q), ("2.10", U), ("2.10", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", "1", "2.10", "2.10")]


def test_total_alone_is_an_item_quantity_alone_is_not() -> None:
    total = [("TOTAL", ""), ("7.00", "total")]  # else the amount may be the total itself
    assert items_of([[("7.00", T)], total]) == [(None, None, None, "7.00")]
    assert items_of([[("2", Q), ("3.50", U)]]) == []


def test_without_item_labels_there_are_no_items() -> None:
    assert items_of([[("TOTAL", ""), ("7.00", "total")]]) == []


def test_menu_in_two_columns() -> None:
    lines = [
        [("1", Q), ("WATER", D), ("2.00", T), ("1", Q), ("CHIPS", D), ("3.00", T)],
        [("2", Q), ("TEA", D), ("4.00", T), ("1", Q), ("SOUP", D), ("5.00", T)],
    ]
    assert items_of(lines) == [
        ("WATER", "1", None, "2.00"), ("CHIPS", "1", None, "3.00"),
        ("TEA", "2", None, "4.00"), ("SOUP", "1", None, "5.00"),
    ]  # fmt: skip


def test_a_count_begins_an_item_where_the_tagger_ran_on() -> None:
    lines = [
        [("1", Q), ("carrots", D)],
        [("1", "+" + D), ("feta", D)],
        [("1", Q), ("bread", D), ("2.00", T)],
    ]
    assert [(d, q) for d, q, _, _ in items_of(lines)] == [
        ("carrots", "1"), ("feta", "1"), ("bread", "1"),
    ]  # fmt: skip


def test_one_misread_total_does_not_change_which_line_a_product_belongs_to() -> None:
    lines = [
        [("COLA", D), ("7.00", T)],
        [("2", Q), ("x", ""), ("3.50", U)],
        [("BREAD", D), ("9.00", T)],
        [("3", Q), ("x", ""), ("1.00", U)],
        [("MILK", D), ("3.00", T)],
    ]
    assert [(d, q) for d, q, _, _ in items_of(lines)] == [
        ("COLA", "2"), ("BREAD", "3"), ("MILK", None),
    ]  # fmt: skip


def test_the_sum_among_the_items_is_none() -> None:
    lines: list[list[Word]] = [
        [("COLA", D), ("7.00", T)],
        [("BREAD", D), ("2.10", T)],
        [("Saldo", D), ("9.10", T)],
        [("Total", ""), ("9.10", "total")],
        [("CUSTOMER", D), ("COPY", D)],
    ]
    assert [description for description, *_ in items_of(lines)] == ["COLA", "BREAD"]


def test_tight_lines_of_a_bent_photo_stay_two() -> None:
    page, tags = page_of([[("Chips", D)], [("Lunch", D), ("11.90", T)]])
    boxes = [Box(52, 194, 81, 211), Box(44, 205, 73, 222), Box(138, 202, 182, 224)]
    tokens = tuple(replace(t, box=box) for t, box in zip(page.tokens, boxes, strict=True))
    contents = assemble(replace(page, tokens=tokens), tags, LABELS)
    assert [item.description.value for item in contents.items if item.description] == [
        "Chips", "Lunch",
    ]  # fmt: skip


def scored(page: Page, tags: Tags, likely: Mapping[str, float]) -> tuple[Page, Tags]:
    """With what the tagger thinks of each word as a description: 0 if not given."""
    scores = np.array([likely.get(token.text, 0.0) for token in page.tokens], np.float32)
    return page, replace(tags, scores={D: scores})


def described(page: Page, tags: Tags) -> list[str | None]:
    items = assemble(page, tags, LABELS).items
    return [item.description.value if item.description else None for item in items]


def test_a_doubted_description_beside_its_price() -> None:
    page, tags = page_of([[("COLA", D), ("7.00", T)], [("99912", ""), ("BAG", ""), ("0.50", T)]])
    least = packaged_thresholds().description_line
    assert described(*scored(page, tags, {"BAG": least + 0.01})) == ["COLA", "BAG"]
    assert described(*scored(page, tags, {"BAG": least - 0.01})) == ["COLA", None]
    assert described(page, tags) == ["COLA", None]


def test_a_sub_item_that_the_tagger_skipped() -> None:
    page, tags = page_of([
        [("BURGER", D), ("7.00", T)],
        [("--Chips", "")],
        [("Thank", ""), ("you", "")],
    ])  # fmt: skip
    likely = packaged_thresholds().description_line + 0.01
    assert described(*scored(page, tags, {"--Chips": likely})) == ["BURGER", "--Chips"]


def test_a_description_above_a_line_of_numbers_alone() -> None:
    page, tags = page_of([
        [("COLA", D), ("7.00", T)],
        [("DEPOSIT", "")],
        [("2@2.40", Q), ("4.80", T)],
    ])  # fmt: skip
    likely = packaged_thresholds().description_line + 0.01
    assert described(*scored(page, tags, {"DEPOSIT": likely})) == ["COLA", "DEPOSIT"]


def test_a_line_further_left_is_another_description() -> None:
    page, tags = page_of([
        [("BURGER", D), ("7.00", T)],
        [("", ""), ("ALLERGY", D)],
        [("APPLE", "+" + D), ("PIE", D), ("3.00", T)],
    ])  # fmt: skip
    page = replace(page, tokens=tuple(t for t in page.tokens if t.text))
    tags = Tags(*(tuple(v for v, keep in zip(column, [1, 1, 0, 1, 1, 1, 1], strict=True) if keep)
                  for column in (tags.labels, tags.probabilities)))  # fmt: skip
    assert described(page, tags) == ["BURGER", "ALLERGY", "APPLE PIE"]


@pytest.mark.parametrize("mark", ["--Fresh", "+Mayo", "> Bacon"])
def test_a_mark_in_front_begins_another_description(mark: str) -> None:
    lines: list[list[Word]] = [
        [("SUB", D), ("7.00", T)],
        [("--Hot", D)],
        [(mark, "+" + D), ("2.75", T)],
    ]
    page, tags = page_of(lines)
    assert described(page, tags) == ["SUB", "--Hot", mark]


def test_words_side_by_side_are_one_description_however_they_are_tagged() -> None:
    page, tags = page_of([[("1", Q), ("Two", D), ("Pieces", D), ("9.35", T)]])
    labels = tuple(label.replace("I-", "B-") for label in tags.labels)
    assert described(page, replace(tags, labels=labels)) == ["Two Pieces"]


def test_a_former_price_is_no_part_of_the_description() -> None:
    lines = [[("CHIPS", D)], [("was", "+" + D), ("3.29", D), ("now", ""), ("2.99", T)]]
    assert items_of(lines) == [("CHIPS", None, None, "2.99")]


def test_a_tax_class_glued_to_a_total_is_no_thousandth() -> None:
    lines = [[("2", Q), ("CHEDDAR", D), ("7.00", U), ("14.002", T)], [("RICE", D), ("8.50", T)]]
    assert items_of(lines)[0] == ("CHEDDAR", "2", "7.00", "14.00")


def test_what_was_paid_is_no_item() -> None:
    lines: list[list[Word]] = [
        [("COLA", D), ("3.70", T)],
        [("CASH", ""), ("10.00", T)],
        [("Total", ""), ("3.70", "total")],
    ]
    assert items_of(lines) == [("COLA", None, None, "3.70")]


def test_the_only_items_price_is_not_taken_for_a_total() -> None:
    assert items_of([[("1", Q), ("SOAP", D), ("30.00", U), ("30.00", T)]]) == [
        ("SOAP", "1", "30.00", "30.00")
    ]


def test_a_price_below_each_description() -> None:
    lines = [[("5", Q), ("ONION", D)], [("37.25", T)], [("SUGAR", D)], [("23.15", T)]]
    page, tags = page_of(lines)
    # The price stands nearer to the next description than to its own.
    tokens = tuple(
        replace(t, box=Box(t.box.x0 + 300, t.box.y0 + 4, t.box.x1 + 300, t.box.y1 + 4))
        if "." in t.text
        else t
        for t in page.tokens
    )
    items = assemble(replace(page, tokens=tokens), tags, LABELS).items
    assert [str(item.total.value) for item in items if item.total] == ["37.25", "23.15"]


def test_a_till_that_wraps_names_wraps_many() -> None:
    wrapped = [
        [("PORK", D), ("24.00", T)],
        [("PASTA", D)],
        [("SEAFOOD", D), ("25.00", T)],
        [("AGLIO", D)],
        [("WATER", D), ("3.00", T)],
        [("CHICKEN", D), ("28.00", T)],
        [("PARMIGIANA", D)],
    ]
    assert [item[0] for item in items_of(wrapped)] == [
        *("PORK PASTA", "SEAFOOD AGLIO", "WATER", "CHICKEN PARMIGIANA")
    ]
    assert [item[0] for item in items_of(wrapped[:5])] == [
        *("PORK", "PASTA", "SEAFOOD", "AGLIO", "WATER")
    ], "two may be sub-items"


def test_a_sub_item_with_its_sign_is_no_rest_of_a_name() -> None:
    lines = [line for n in range(3) for line in ([(f"TEA{n}", D), ("2.00", T)], [("+MILK", D)])]
    assert len(items_of(lines)) == 6


def test_of_two_alike_that_are_each_the_sum_one_was_bought() -> None:
    lines: list[list[Word]] = [
        [("COLA", D), ("3.70", T)],
        [("TO", D), ("PAY", D), ("3.70", T)],
        [("Total", ""), ("3.70", "total")],
    ]
    assert items_of(lines) == [("COLA", None, None, "3.70")]
