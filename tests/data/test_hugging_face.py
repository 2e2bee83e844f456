"""Sets of Hugging Face ``datasets``, read and written."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import annotated_pages
from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.hugging_face.write import write_dataset
from pipeline.document import Box
from pipeline.errors import DataError

datasets = pytest.importorskip("datasets", reason="needs the extra [train]")

NAMES = ["O", "B-total", "I-total", "B-date"]


def _layoutlm_set(**more: Any) -> Any:
    """As sets for LayoutLM are published: a grid of 1000, numbers for tags."""
    rows = {
        "id": ["a"],
        "words": [["Total", "EUR", "9.99"]],
        "bboxes": [[[0, 0, 200, 100], [300, 0, 500, 100], [500, 0, 1000, 100]]],
        "ner_tags": [[0, 1, 2]],
    }
    features = {
        "id": datasets.Value("string"),
        "words": datasets.Sequence(datasets.Value("string")),
        "bboxes": datasets.Sequence(datasets.Sequence(datasets.Value("int64"))),
        "ner_tags": datasets.Sequence(datasets.ClassLabel(names=NAMES)),
    }
    extra = {name: column for name, (column, _) in more.items()}
    types = {name: feature for name, (_, feature) in more.items()}
    return datasets.Dataset.from_dict(
        rows | extra, features=datasets.Features({**features, **types})
    )


def _plain_set(**columns: Any) -> Any:
    return datasets.Dataset.from_dict(columns)


def _pictures(*sizes: tuple[int, int]) -> list[Any]:
    encoded = []
    for size in sizes:
        buffer = io.BytesIO()
        Image.new("RGB", size).save(buffer, "PNG")
        encoded.append({"bytes": buffer.getvalue(), "path": None})
    return encoded


def test_class_labels_become_the_label_set(tmp_path: Path) -> None:
    path = tmp_path / "set.parquet"
    _layoutlm_set().to_parquet(str(path))
    (page,) = read("datasets", path)
    assert page.tags == ("O", "B-total", "I-total")
    assert page.annotated == {"total", "date"}
    assert page.fields == {"total": "EUR 9.99"}
    assert (page.page.width, page.page.height) == (1000, 1000)


def test_the_grid_is_laid_over_the_picture(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    _layoutlm_set(image=(_pictures((400, 50)), datasets.Image())).save_to_disk(str(saved))
    (page,) = read("datasets", saved)
    assert (page.page.width, page.page.height) == (400, 50)
    assert page.page.tokens[2].box == Box(200, 0, 400, 5)


def test_a_picture_beside_the_set(tmp_path: Path) -> None:
    Image.new("L", (400, 50)).save(tmp_path / "a.png")
    path = tmp_path / "set.parquet"
    picture = {"bytes": _pictures((400, 50))[0]["bytes"], "path": "a.png"}
    _layoutlm_set(image=([picture], datasets.Image())).to_parquet(str(path))
    (page,) = read("datasets", path)
    assert page.image == tmp_path / "a.png"


def test_splits_of_a_saved_set_and_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    both = datasets.DatasetDict({"train": _layoutlm_set(), "test": _layoutlm_set()})
    both.save_to_disk(str(tmp_path / "saved"))
    assert len(list(read("datasets", tmp_path / "saved"))) == 2
    assert len(list(read("datasets", tmp_path / "saved" / "test"))) == 1
    folder = tmp_path / "folder"
    folder.mkdir()
    _layoutlm_set().to_parquet(str(folder / "train-00000-of-00001.parquet"))
    (page,) = read("datasets", folder)
    assert page.tags == ("O", "B-total", "I-total")


def test_synonyms_names_as_text_and_labels_without_bio(tmp_path: Path) -> None:
    path = tmp_path / "set.parquet"
    _plain_set(
        tokens=[["a", " ", "b", "c"], ["d"]],
        boxes=[[[0, 0, 9, 9]] * 4, [[0, 20, 2000, 30]]],
        labels=[["total", "total", "total", "other"], ["tax"]],
        width=[10, 2000],
        height=[20, 3000],
    ).to_parquet(str(path))
    first, second = read("datasets", path)
    assert first.tags == ("B-total", "I-total", "O")
    assert first.annotated == second.annotated == {"total", "tax"}
    assert (first.id, second.id) == ("0", "1")
    assert (first.page.width, first.page.height) == (10, 20)
    assert first.page.tokens[0].box == Box(0, 0, 9, 9)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"tokens": [["a", "b"]]}, "row 0: 2 words, 1 boxes and 1 tags"),
        ({"boxes": [[[0, 0, 1001, 2]]]}, "row 0: boxes beyond 1000, so in pixels, but neither"),
        ({"boxes": [[[9, 0, 1, 2]]]}, "row 0: .*x0 <= x1"),
        ({"boxes": None}, "no column bboxes or boxes or bbox"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    columns = {"tokens": [["a"]], "boxes": [[[0, 0, 1, 2]]], "tags": [["B-total"]]} | change
    path = tmp_path / "set.parquet"
    _plain_set(**{name: rows for name, rows in columns.items() if rows}).to_parquet(str(path))
    with pytest.raises(DataError, match=rf"set\.parquet.*{reason}"):
        list(read("datasets", path))


def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"nowhere: FileNotFoundError"):
        list(read("datasets", tmp_path / "nowhere"))
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match=r"nobody/no-such-set: "):
        list(read("datasets", Path("nobody/no-such-set")))
    (tmp_path / "bad.parquet").write_text("no Parquet", encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.parquet: "):
        list(read("datasets", tmp_path / "bad.parquet"))


@pytest.mark.parametrize("name", ["set.parquet", "set"])
@settings(max_examples=20, deadline=None)
@given(pages=st.lists(annotated_pages(), min_size=1, max_size=3))
def test_what_is_written_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, name: str, pages: list[AnnotatedPage]
) -> None:
    path = tmp_path_factory.mktemp("datasets") / "out" / name
    write_dataset(pages, path)
    assert list(read("datasets", path)) == pages


def test_real_receipts_come_back_exactly(shared_datasets: Path, tmp_path: Path) -> None:
    pages = list(read("cord", shared_datasets / "cord" / "validation.jsonl"))
    sroie = shared_datasets / "sroie" / "train"
    pages += [replace(page, image=None) for page, _ in zip(read("sroie", sroie), range(50))]  # noqa: B905
    write_dataset(pages, tmp_path / "set.parquet")
    assert list(read("datasets", tmp_path / "set.parquet")) == pages


def test_cord_in_a_column(shared_datasets: Path, tmp_path: Path) -> None:
    source = shared_datasets / "cord" / "validation.jsonl"
    lines = source.read_text(encoding="utf-8").splitlines()[:5]
    pages = list(read("cord", source))[:5]
    path = tmp_path / "cord.parquet"
    _plain_set(ground_truth=lines).to_parquet(str(path))
    assert list(read("cord", path)) == pages
    rows = tmp_path / "metadata.jsonl"
    (tmp_path / "0.png").touch()
    rows.write_text(
        "".join(
            json.dumps({"file_name": f"{number}.png", "ground_truth": line}) + "\n"
            for number, line in enumerate(lines)
        ),
        encoding="utf-8",
    )
    back = list(read("cord", rows))
    assert back[1:] == pages[1:]
    assert back[0] == replace(pages[0], image=tmp_path / "0.png")
