"""Varied receipts: other digits, names and spacing, the same tags; pieces of whole lines."""

import random
import re
from collections import Counter

import pytest

from pipeline.labels import OUTSIDE, label_of
from pipeline.synthetic.augmentation.augment import augment, words_by_label
from pipeline.synthetic.generate import draw_annotated
from pipeline.tagging.encoding import grid_boxes

NAMES = ("merchant_name", "item_description")


@pytest.fixture(scope="module")
def pages():
    return list(draw_annotated(40, seed=31))


@pytest.fixture(scope="module")
def words(pages):
    return words_by_label(pages, NAMES)


@pytest.fixture(scope="module")
def varied(pages, words):
    """Each page a few times, beside the page itself."""
    return [(page, augment(page, words, random.Random(n))) for page in pages for n in range(5)]


def shape(text):
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "0", text))


def whole(varied):
    return [(a, b) for a, b in varied if len(a.page.tokens) == len(b.page.tokens)]


def test_the_same_seed_augments_alike(pages, words):
    for page in pages[:5]:
        assert augment(page, words, random.Random(3)) == augment(page, words, random.Random(3))


def test_a_whole_page_keeps_its_tags_and_the_shapes_of_its_numbers(varied):
    for page, other in whole(varied):
        assert other.tags == page.tags
        for before, after in zip(page.page.tokens, other.page.tokens, strict=True):
            if any(c.isdigit() for c in before.text):
                assert shape(after.text) == shape(before.text)


def test_equal_numbers_stay_equal_and_others_apart(varied):
    changed = 0
    for page, other in whole(varied):
        amounts = [
            (before.text, after.text)
            for before, after, tag in zip(
                page.page.tokens, other.page.tokens, page.tags, strict=True
            )
            if label_of(tag) in ("total", "subtotal", "item_total")
        ]
        assert len({b for b, _ in amounts}) == len({a for _, a in amounts}) == len(set(amounts))
        changed += any(before != after for before, after in amounts)
    assert changed > len(whole(varied)) / 3


def test_dates_stay(varied):
    for page, other in whole(varied):
        for before, after, tag in zip(page.page.tokens, other.page.tokens, page.tags, strict=True):
            if label_of(tag) == "date":
                assert after.text == before.text


def test_words_come_from_the_same_label_and_have_the_same_length(varied, words):
    swapped = Counter()
    for page, other in whole(varied):
        for before, after, tag in zip(page.page.tokens, other.page.tokens, page.tags, strict=True):
            if before.text != after.text and not any(c.isdigit() for c in before.text):
                assert after.text in words[label_of(tag), len(before.text)]
                swapped[label_of(tag)] += 1
    assert set(swapped) == set(NAMES)


def test_a_crop_is_a_run_of_whole_lines_with_valid_tags(varied):
    pieces = [(a, b) for a, b in varied if len(a.page.tokens) > len(b.page.tokens)]
    assert pieces
    for page, piece in pieces:
        lines = [token.line for token in page.page.tokens]
        kept = {token.line for token in piece.page.tokens}
        assert len(piece.page.tokens) == sum(line in kept for line in lines)
        assert kept == {line for line in lines if min(kept) <= line <= max(kept)}
        before = OUTSIDE
        for tag in piece.tags:
            if tag.startswith("I-"):
                assert label_of(before) == label_of(tag)
            before = tag


def test_spacing_changes_where_words_stand_but_not_their_order(varied):
    moved = 0
    for page, other in whole(varied):
        before, after = grid_boxes(page.page), grid_boxes(other.page)
        moved += any(abs(a[0] - b[0]) > 30 for a, b in zip(before, after, strict=True))
        for line in page.page.lines():
            starts = [other.page.tokens[index].box.x0 for index in line]
            if [page.page.tokens[index].box.x0 for index in line] == sorted(
                page.page.tokens[index].box.x0 for index in line
            ):
                assert starts == sorted(starts)
    assert moved > len(whole(varied)) / 4
