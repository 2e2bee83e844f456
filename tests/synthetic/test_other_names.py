"""Pages with another merchant's name: as many lines, in the same place, tagged alike."""

import random

import pytest

from pipeline.document import Box
from pipeline.labels import label_of
from pipeline.synthetic.augmentation.other_names import names_of, with_another_name
from pipeline.synthetic.generate import draw_annotated
from pipeline.world.brands import brands_by_key, name_key

NAME = "merchant_name"


@pytest.fixture(scope="module")
def pages():
    return list(draw_annotated(40, seed=31))


@pytest.fixture(scope="module")
def renamed(pages):
    """Each page a few times, beside the page itself."""
    names = names_of(pages)
    return [
        (page, with_another_name(page, names, random.Random(n))) for page in pages for n in range(3)
    ]


def tokens(page, named):
    return [
        (token, tag)
        for token, tag in zip(page.page.tokens, page.tags, strict=True)
        if (label_of(tag) == NAME) is named
    ]


def names_by_line(page):
    lines = {}
    for token, _ in tokens(page, named=True):
        lines.setdefault(token.line, []).append(token)
    return lines


def test_all_else_stays(renamed):
    for page, other in renamed:
        assert tokens(other, named=False) == tokens(page, named=False)


def test_names_are_those_of_other_receipts_and_brands(pages, renamed):
    known = {name_key(name) for name in names_of(pages)}
    lines = [
        name_key(" ".join(token.text for token in line))
        for _, other in renamed
        for line in names_by_line(other).values()
    ]
    brands = sum(line in brands_by_key() and line not in known for line in lines)
    assert 0.3 * len(lines) < brands < 0.7 * len(lines)
    assert sum(line in known for line in lines) > 0.3 * len(lines)


def test_a_new_name_stands_where_the_old_one_stood(renamed):
    for page, other in renamed:
        before, after = names_by_line(page), names_by_line(other)
        assert after.keys() == before.keys()
        for line, old in before.items():
            outer = Box.union(token.box for token in old)
            inner = Box.union(token.box for token in after[line])
            assert inner.x0 >= outer.x0 - 0.01 and inner.x1 <= outer.x1 + 0.01
            assert (inner.y0, inner.y1) == (outer.y0, outer.y1)
            starts = [token.box.x0 for token in after[line]]
            assert starts == sorted(starts)


def test_tags_stay_valid(renamed):
    for page, other in renamed:
        begun = [sum(tag == f"B-{NAME}" for tag in one.tags) for one in (page, other)]
        assert begun[0] == begun[1]
        for before, tag in zip(["O", *other.tags], other.tags, strict=False):
            if tag.startswith("I-"):
                assert label_of(before) == label_of(tag)


def test_capitals_stay_capitals(renamed):
    for page, other in renamed:
        after = names_by_line(other)
        for line, old in names_by_line(page).items():
            if all(token.text == token.text.upper() for token in old):
                assert all(token.text == token.text.upper() for token in after[line])


def test_a_page_without_a_name_stays(pages):
    page = pages[0]
    nameless = [one for one in pages if NAME not in map(label_of, one.tags)]
    for one in nameless:
        assert with_another_name(one, (), random.Random(0)) == one
    assert with_another_name(page, (), random.Random(0)) != page
