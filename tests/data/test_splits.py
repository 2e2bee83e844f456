"""Splits by merchant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.splits import merchant_key, merchants, split_by_merchant
from pipeline.document import Box, Page, Token


def _page(number: int, name: str, phone: str = "", words: tuple[str, ...] = ()) -> AnnotatedPage:
    tokens = tuple(Token(word, Box(0, 0, 9, 9)) for word in words)
    fields = {"merchant_name": name, "merchant_phone": phone}
    return AnnotatedPage(
        str(number),
        "made",
        Page(10, 10, tokens),
        ("O",) * len(tokens),
        frozenset(),
        {label: text for label, text in fields.items() if text},
        merchant=merchant_key(name),
    )


@pytest.mark.parametrize(
    "name",
    ["AEON CO. (M) BHD", "Aeon Co. (M) Bhd (126926-H)", "AEON CO (M) SDN BHD", "The Aeon Company"],
)
def test_legal_forms_and_numbers_are_no_part_of_a_key(name: str) -> None:
    assert merchant_key(name) == "aeon"


def test_variants_and_shared_phones_are_one_merchant() -> None:
    pages = [
        _page(0, "Teo Heng Stationery & Books"),
        _page(1, "TED HENG STATIONERY & BOOKS"),
        _page(2, "WATSON'S PERSONAL CARE STORES"),
        _page(3, "WATSONS"),
        _page(4, "Golden Arches Restaurants", "03-7843 3388"),
        _page(5, "McDonald's", "(03)78433388"),
        _page(6, "Mei Let Restaurant"),
        _page(7, "Koho Restaurant"),
        _page(8, ""),
        _page(9, ""),
    ]
    names = merchants(pages)
    assert names[0] == names[1]
    assert names[2] == names[3]
    assert names[4] == names[5]
    assert len(set(names)) == 7  # a shared "restaurant" makes nobody the same


def test_the_side_does_not_depend_on_the_tokens() -> None:
    boxes = [_page(n, f"Merchant {chr(65 + n) * 6}") for n in range(26)]
    ocr = [_page(n, f"Merchant {chr(65 + n) * 6}", words=("READ", "OTHERWISE")) for n in range(26)]
    _, held = split_by_merchant(boxes, 0.3, seed=1)
    _, held_ocr = split_by_merchant(ocr, 0.3, seed=1)
    assert [page.id for page in held] == [page.id for page in held_ocr]
    assert 0 < len(held) < 26


NAMES = st.lists(st.text("ABCDEFGHIJ", min_size=8, max_size=8), unique=True, max_size=20)


@given(NAMES, st.floats(0, 1), st.integers(0, 5))
def test_no_page_is_lost_and_no_merchant_on_both_sides(
    names: list[str], share: float, seed: int
) -> None:
    pages = [_page(2 * n + copy, name) for n, name in enumerate(names) for copy in (0, 1)]
    train, held = split_by_merchant(pages, share, seed)
    assert sorted(map(id, train + held)) == sorted(map(id, pages))
    assert not {page.merchant for page in train} & {page.merchant for page in held}


def test_new_merchants_move_nobody() -> None:
    old = [_page(n, f"{chr(65 + n) * 8}") for n in range(20)]
    new = [_page(50 + n, f"{chr(97 + n)}{n}xyzw{chr(110 - n)}{n}" * 2) for n in range(10)]
    _, before = split_by_merchant(old, 0.4, seed=0)
    _, after = split_by_merchant([*new, *old], 0.4, seed=0)
    assert [page.id for page in after if int(page.id) < 50] == [page.id for page in before]


def test_the_share_must_be_a_share() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        split_by_merchant([], 1.5, seed=0)
