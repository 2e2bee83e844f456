"""Files that a folder run skips for their suffix: all are named, in constant memory."""

from __future__ import annotations

import errno
import tracemalloc
from pathlib import Path

import pytest
from scripted import ScriptedRun, write_receipt

import pipeline.batch.inputs
from pipeline.batch.inputs import Skipped
from pipeline.errors import PipelineError


def test_all_are_listed_and_the_first_are_shown(tmp_path: Path) -> None:
    skipped, listed = Skipped(tmp_path), tmp_path / "list.txt"
    for name in ("a.txt", "b\n.docx", "caf\udce9.doc"):
        skipped.add(name)
    skipped.write(listed)
    assert str(skipped) == "3 (a.txt, b\n.docx, caf\\xe9.doc)"
    skipped.add("e.txt")
    assert str(skipped) == "4 (a.txt, b\n.docx, caf\\xe9.doc, ...)"
    skipped.write(listed)
    assert listed.read_text(encoding="utf-8") == "a.txt\nb\\n.docx\ncaf\\xe9.doc\ne.txt\n"
    assert list(tmp_path.iterdir()) == [listed]


def test_without_any_an_older_list_is_deleted(tmp_path: Path) -> None:
    listed = write_receipt(tmp_path / "list.txt", "old.txt\n")
    Skipped(tmp_path).write(listed)
    assert not listed.exists()


def test_memory_does_not_grow_with_their_number(tmp_path: Path) -> None:
    skipped = Skipped(tmp_path)
    skipped.add("first.txt")
    tracemalloc.start()
    for number in range(20_000):
        skipped.add(f"a/folder/with/a/long/name/{number}.txt")
    skipped.write(tmp_path / "list.txt")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000  # the names alone take more
    assert (tmp_path / "list.txt").read_bytes().count(b"\n") == skipped.count == 20_001


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(dir: Path) -> None:  # noqa: A002 - as in the standard library
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pipeline.batch.inputs, "TemporaryFile", full)
    with pytest.raises(
        PipelineError, match="skipped files: cannot be written: No space left on device"
    ):
        Skipped(tmp_path).add("a.txt")


def test_a_run_lists_them_beside_its_output(tmp_path: Path) -> None:
    write_receipt(tmp_path / "in" / "a.png", "ok")
    notes = write_receipt(tmp_path / "in" / "notes.txt", "notes")
    listed = tmp_path / "in" / "out.jsonl.skipped.txt"
    for _ in range(2):  # the second time the folder has the run's own files too
        code, _, told = ScriptedRun(tmp_path, "in", "-o", "in/out.jsonl", "--workers", "1").end()
        assert code == 0, told
        assert listed.read_text() == "in/notes.txt\n"
    notes.unlink()
    assert ScriptedRun(tmp_path, "in", "-o", "in/out.jsonl", "--workers", "1").end()[0] == 0
    assert not listed.exists()


def test_a_folder_without_images_names_what_it_has(tmp_path: Path) -> None:
    write_receipt(tmp_path / "in" / "notes.txt", "notes")
    code, _, told = ScriptedRun(tmp_path, "in", "-o", "out.jsonl").end()
    assert code == 2
    assert "no image, PDF or mail found in in; other files: 1 (in/notes.txt)" in told
