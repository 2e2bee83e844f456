"""CoNLL with boxes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import LABELS, annotated_pages, page_of

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.conll import write_conll
from pipeline.data.formats import read
from pipeline.document import Box
from pipeline.errors import DataError


def _file(folder: Path, text: str) -> Path:
    path = folder / "pages.conll"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_plain_layout(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "# page_id = first\n# size = 200 100\n"
        "Shop 10 10 50 30 B-merchant_name\n"
        "Total 10 50 50 70 O\n"
        "12.50 60 52 90 72 B-total\n"
        "\n\n"
        "# a remark\n"
        "#\t0\t0\t10\t10\tO\n"
        "1 May\t0\t20\t10\t30\tB-date\n",
    )
    first, second = read("conll", path)
    assert (first.id, first.page.width, first.page.height) == ("first", 200, 100)
    assert first.tags == ("B-merchant_name", "O", "B-total")
    assert [token.line for token in first.page.tokens] == [0, 1, 1]
    assert first.page.tokens[2].box == Box(60, 52, 90, 72)
    assert first.annotated == second.annotated == {"merchant_name", "total", "date"}
    assert (second.id, second.page.width, second.page.height) == ("2", 10, 30)
    assert [token.text for token in second.page.tokens] == ["#", "1 May"]


def test_columns_by_name_and_comments_by_key(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "# global.columns = tag token x0 y0 x1 y1 pos line\n"
        '# image = a.png\n# annotated = total\n# fields = {"total": "1"}\n'
        "B-total 1 0 0 9 9 NUM 4\n"
        '\n# page_id = blank\n# annotated = ["Loyalty number"]\n',
    )
    first, blank = read("conll", path)
    assert (first.tags, first.page.tokens[0].line) == (("B-total",), 4)
    assert (first.image, first.fields) == (tmp_path / "a.png", {"total": "1"})
    assert (blank.page.tokens, blank.annotated) == ((), {"Loyalty number"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a 1 2 3 4 O\nb 1 2 3 O\n", r"line 1, page 1: line 2: 5 columns where 6 are expected"),
        ("a 1 2 x 4 O\n", "could not convert string to float: 'x'"),
        ("a 1 2 3 4 total\n", "line 1: .*tag"),
        ("a 9 2 3 4 O\n", "x0 <= x1"),
        ("# size = 9\na 1 2 3 4 O\n", "size is not width and height: '9'"),
        ("# global.columns = token tag\na O\n", "lacks x0, y0, x1, y1"),
    ],
)
def test_a_malformed_page_is_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(DataError, match=rf"pages\.conll, .*{reason}"):
        list(read("conll", _file(tmp_path, text)))


@given(st.lists(annotated_pages(), max_size=3))
def test_what_is_written_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, pages: list[AnnotatedPage]
) -> None:
    path = tmp_path_factory.mktemp("conll") / "pages.conll"
    write_conll(pages, path)
    assert list(read("conll", path)) == pages


def test_white_space_in_a_token_becomes_one_space(tmp_path: Path) -> None:
    page = page_of("a b")
    token = replace(page.page.tokens[0], text="€\t12\n")
    page = replace(page, page=replace(page.page, tokens=(token, page.page.tokens[1])))
    write_conll([page], tmp_path / "out" / "pages.conll")
    (back,) = read("conll", tmp_path / "out" / "pages.conll")
    assert [token.text for token in back.page.tokens] == ["€ 12", "b"]
    assert back.annotated == frozenset(LABELS)


def test_real_receipts_come_back_exactly(shared_datasets: Path, tmp_path: Path) -> None:
    pages = list(read("cord", shared_datasets / "cord" / "validation.jsonl"))
    sroie = shared_datasets / "sroie" / "train"
    pages += [replace(page, image=None) for page, _ in zip(read("sroie", sroie), range(50))]  # noqa: B905
    write_conll(pages, tmp_path / "pages.conll")
    assert list(read("conll", tmp_path / "pages.conll")) == pages
