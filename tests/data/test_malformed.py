"""Whatever a file holds, a reader gives pages or says which record is wrong: nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.annotation_records import AnnotationRecord
from pipeline.data.conll import conll_records
from pipeline.data.cord import cord_records
from pipeline.data.doccano import doccano_records
from pipeline.data.funsd import funsd_records
from pipeline.data.jsonl import annotated_records
from pipeline.data.label_studio.read import label_studio_records
from pipeline.errors import DataError

KEYS = {
    label_studio_records: "id data annotated_page image annotations predictions result value x y "
    "width height rotation labels text choices points bbox transcription original_width "
    "original_height was_cancelled tokens",
    doccano_records: "id text label labels entities start_offset end_offset meta tokens box width",
    funsd_records: "form label words text box id",
    cord_records: "ground_truth meta split image_id image_size width height valid_line category "
    "group_id words text quad is_key x1 y1 x2 y2 x3 y3 x4 y4 file_name",
    annotated_records: "id source width height tokens text box tag line annotated fields items",
}

numbers = st.one_of(st.integers(-5, 300), st.floats(), st.booleans(), st.none())
texts = st.sampled_from(["", "a", "two words", "O", "B-total", "12.50", "{}", "[]", "token-0"])


def _json(keys: str) -> st.SearchStrategy[Any]:
    names = st.sampled_from(keys.split())
    return st.recursive(
        st.one_of(numbers, texts),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=7)
        ),
        max_leaves=25,
    )


def _read_all(records: Callable[[Path], Iterator[AnnotationRecord]], path: Path) -> None:
    try:
        found = list(records(path))
    except DataError as error:
        assert path.name in str(error)
        return
    for record in found:
        try:
            page = record.parse()
        except DataError as error:
            assert path.name in str(error)
        else:
            assert len(page.tags) == len(page.page.tokens)


@pytest.mark.parametrize("records", KEYS, ids=lambda records: records.__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_json(
    tmp_path_factory: pytest.TempPathFactory, records: Any, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.json"
    content = data.draw(_json(KEYS[records]))
    if records is label_studio_records:
        content = content if isinstance(content, list) else [content]
    path.write_text(json.dumps(content), encoding="utf-8")
    _read_all(records, path)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["a", "#", "1", "2", "-3", "nan", "1e400", "O", "B-x", "I-", "x=y"]),
            max_size=8,
        ),
        max_size=8,
    ),
    st.sampled_from([" ", "\t"]),
    st.sampled_from(["", "# size = 9 9", "# global.columns = token x0 y0 x1 y1 line tag", "# a"]),
)
def test_any_columns(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], gap: str, head: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.conll"
    path.write_text("\n".join([head, *(gap.join(row) for row in rows)]), encoding="utf-8")
    _read_all(conll_records, path)


@given(st.text(max_size=200))
def test_any_text_at_all(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    for records in (*KEYS, conll_records):
        _read_all(records, path)
