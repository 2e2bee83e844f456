"""Which files a run takes, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.batch.inputs import Listing, as_they_come, printable
from pipeline.batch.listing import find_inputs, inputs_at
from pipeline.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a.PNG", "notes.txt", ".hidden.jpg", "sub/c.pdf", ".cache/d.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_a_folder_is_read_recursively_and_sorted(folder: Path) -> None:
    found = find_inputs([str(folder)])
    assert names(found.paths, folder) == ["a.PNG", "b.jpg", "sub/c.pdf"]
    assert (found.skipped.count, found.skipped.names) == (1, [str(folder / "notes.txt")])


def test_a_named_file_is_taken_whatever_its_suffix(folder: Path) -> None:
    named = [str(folder / "notes.txt"), str(folder / ".hidden.jpg")]
    found = find_inputs([*named, str(folder)])
    assert names(found.paths, folder) == ["notes.txt", ".hidden.jpg", "a.PNG", "b.jpg", "sub/c.pdf"]
    assert found.skipped.count == 0


def test_a_file_is_taken_once(folder: Path) -> None:
    twice = [str(folder / "b.jpg"), str(folder), str(folder / "sub" / ".." / "b.jpg")]
    assert names(find_inputs(twice).paths, folder) == ["b.jpg", "a.PNG", "sub/c.pdf"]


def test_globs(folder: Path) -> None:
    assert names(find_inputs([str(folder / "*.jpg")]).paths, folder) == ["b.jpg"]
    assert names(find_inputs([str(folder / "**" / "*.pdf")]).paths, folder) == ["sub/c.pdf"]
    assert names(find_inputs([str(folder / "s*")]).paths, folder) == ["sub/c.pdf"]


def test_a_file_whose_name_looks_like_a_glob(folder: Path) -> None:
    (folder / "till[1].jpg").write_bytes(b"x")
    assert names(find_inputs([str(folder / "till[1].jpg")]).paths, folder) == ["till[1].jpg"]


def test_what_is_missing_stays_an_input(folder: Path) -> None:
    missing = [str(folder / "gone.jpg"), str(folder / "gone*.jpg")]
    assert names(find_inputs(missing).paths, folder) == ["gone.jpg", "gone*.jpg"]


def test_a_folder_that_cannot_be_listed_stays_an_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_scandir = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(find_inputs([str(folder)]).paths, folder) == ["a.PNG", "b.jpg", "sub"]


def test_a_folder_is_listed_no_further_than_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = []
    real_scandir = os.scandir

    def scandir(path: str) -> object:
        listed.append(os.path.relpath(path, folder))
        return real_scandir(path)

    for name in ("deep/1/a.png", "deep/2/b.png", "deep/3/c.png"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch()
    monkeypatch.setattr(os, "scandir", scandir)
    found = inputs_at([str(folder / "deep")], Listing())
    assert Path(next(found).location).name == "a.png"
    assert listed == ["deep", "deep/1"]
    assert len(list(found)) == 2


def test_unsorted_listing_has_the_same_order_by_place(folder: Path) -> None:
    in_order = [found.location for found in inputs_at([str(folder)], Listing())]
    anyhow = list(inputs_at([str(folder)], Listing(arrange=as_they_come)))
    by_place = sorted(anyhow, key=lambda found: (found.position, found.place))
    assert [found.location for found in by_place] == in_order


def test_names_that_are_no_text_are_escaped() -> None:
    assert printable(os.fsdecode(b"caf\xe9.jpg")) == "caf\\xe9.jpg"
    assert printable("café.jpg") == "café.jpg"


def test_outputs_are_no_inputs(folder: Path) -> None:
    found = find_inputs([str(folder)], outputs=[folder / "b.jpg", folder / "notes.txt"])
    assert names(found.paths, folder) == ["a.PNG", "sub/c.pdf"]
    assert found.skipped.count == 0
    with pytest.raises(ConfigError, match="input and an output"):
        find_inputs([str(folder / "b.jpg")], outputs=[folder / "b.jpg"])
