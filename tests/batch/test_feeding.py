"""Inputs from lists, addresses and watched folders, and the thread that brings them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from scripted import ScriptedRun, records, write_receipt

from pipeline.batch.content import fetch, signature_of
from pipeline.batch.feed import Feed
from pipeline.batch.inputs import Input, Listing
from pipeline.batch.listing import inputs_at
from pipeline.batch.lists import lines_from, manifest_lines
from pipeline.batch.watch import check_watchable, watched_inputs
from pipeline.errors import ConfigError, ImageError


def test_a_feed_gives_what_is_found_while_more_is_looked_for() -> None:
    more = threading.Event()

    def inputs() -> Iterator[Input]:
        yield Input("a.png")
        more.wait()
        yield Input("b.png")

    feed = Feed(inputs())
    assert feed.look_ahead(2, seconds=0.01) == 1
    assert not feed.is_exhausted
    assert (feed.take(), feed.take()) == (Input("a.png"), None)
    more.set()
    assert feed.look_ahead(2, seconds=60) == 1
    assert feed.is_complete
    assert feed.waiting_count == 1
    assert feed.take() == Input("b.png")
    assert feed.is_exhausted
    assert feed.found == 2


def test_what_finding_inputs_raises_comes_after_what_was_found() -> None:
    def inputs() -> Iterator[Input]:
        yield Input("a.png")
        raise ConfigError("the list is torn")

    feed = Feed(inputs())
    assert feed.look_ahead(2, seconds=60) == 1
    assert feed.take() == Input("a.png")
    assert not feed.is_exhausted
    with pytest.raises(ConfigError, match="torn"):
        feed.take()


def test_a_closed_feed_finds_no_more() -> None:
    found = threading.Semaphore(0)

    def inputs() -> Iterator[Input]:
        for number in range(1_000_000):
            found.release()
            yield Input(str(number))

    feed = Feed(inputs())
    found.acquire()
    feed.close()
    while not feed.is_complete:
        assert feed.found < 1_000_000
    assert feed.waiting_count <= 10_000


def test_lines_are_names_as_bytes_allow(tmp_path: Path) -> None:
    manifest = tmp_path / "list.txt"
    manifest.write_bytes(b"a.png\r\n\ncaf\xe9.png\n" + b"long" * 50_000 + b".png\nlast.png")
    assert list(manifest_lines(manifest)) == [
        "a.png",
        os.fsdecode(b"caf\xe9.png"),
        "long" * 50_000 + ".png",
        "last.png",
    ]
    with pytest.raises(ConfigError, match="No such file"):
        list(manifest_lines(tmp_path / "none.txt"))


def test_lines_come_as_they_are_written() -> None:
    reading, writing = os.pipe()
    lines = lines_from(reading)
    os.write(writing, b"a.png\nb.p")
    assert next(lines) == "a.png"
    os.write(writing, b"ng\n")
    assert next(lines) == "b.png"
    os.close(writing)
    assert list(lines) == []
    os.close(reading)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "tills.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("b.png", "a/c.png", "notes.txt", "a/.hidden.png"):
            file.writestr(name, f"ok {name}")
    return path


def test_an_archive_is_a_folder(archive: Path) -> None:
    listing = Listing()
    found = list(inputs_at([f"zip://::{archive}"], listing))
    assert [one.location for one in found] == [
        f"zip://a/c.png::{archive}",
        f"zip://b.png::{archive}",
    ]
    assert listing.skipped.names == [f"zip://notes.txt::{archive}"]
    only = list(inputs_at([f"zip://a::{archive}"], Listing()))
    assert [one.location for one in only] == [found[0].location]
    matching = list(inputs_at([f"zip://*/c.*::{archive}"], Listing()))
    assert matching == [found[0]]
    with pytest.raises(ConfigError, match="cannot be listed"):
        list(inputs_at([f"zip://**.png::{archive}"], Listing()))

    content = fetch(found[0].location, max_bytes=100)
    assert content.source == b"ok a/c.png"
    assert content.digest is not None
    assert content.signature == signature_of(found[0].location)
    with pytest.raises(ImageError, match="too large: 10 bytes, at most 9"):
        fetch(found[0].location, max_bytes=9)


def test_object_stores_and_file_addresses(tmp_path: Path) -> None:
    store = fsspec.filesystem("memory")
    store.pipe({"/tills/b.png": b"b", "/tills/a/c.png": b"c", "/tills/.cache/d.png": b"d"})
    found = [one.location for one in inputs_at(["memory://tills"], Listing())]
    assert found == ["memory:///tills/a/c.png", "memory:///tills/b.png"]
    assert fetch(found[1], max_bytes=100).source == b"b"
    before = signature_of(found[1])
    store.pipe({"/tills/b.png": b"other"})
    assert signature_of(found[1]) != before
    on_disk = write_receipt(tmp_path / "a.png", "ok")
    assert fetch(on_disk.as_uri(), max_bytes=100).source == b"ok"
    with pytest.raises(ConfigError, match="nosuch"):
        list(inputs_at(["nosuch://bucket"], Listing()))


def test_a_file_touched_a_moment_ago_is_not_known_by_its_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_receipt(tmp_path / "a.png", "ok")
    assert fetch(str(path), max_bytes=100).signature is None
    monkeypatch.setattr("pipeline.batch.content._SETTLED_NS", 0)
    assert fetch(str(path), max_bytes=100).signature == signature_of(str(path))


def test_what_is_no_readable_file_is_left_to_loading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    write_receipt(tmp_path / "large.png", "x" * 101)
    for name in ("none.png", "pipe", "large.png", "nu\0ll.png"):
        content = fetch(str(tmp_path / name), max_bytes=100)
        assert (content.source, content.digest) == (tmp_path / name, None)


def test_only_folders_on_disk_can_be_watched(tmp_path: Path) -> None:
    check_watchable([str(tmp_path)])
    for place in (str(tmp_path / "none"), "s3://bucket", "-"):
        with pytest.raises(ConfigError, match="can be watched"):
            check_watchable([place])


def test_watching_gives_what_is_there_then_what_comes_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_receipt(tmp_path / "in" / "old.png", "old")
    stop = threading.Event()
    found = watched_inputs(["in"], Listing(), stop)
    assert next(found) == Input("in/old.png", 0, b"in\0old.png")
    write_receipt(tmp_path / "in" / ".hidden.png", "hidden")
    write_receipt(tmp_path / "in" / "notes.txt", "notes")
    with (tmp_path / "in" / "new.png").open("w") as file:
        file.write("half")
        file.flush()
        write_receipt(tmp_path / "elsewhere" / "moved.png", "moved")
        (tmp_path / "elsewhere").rename(tmp_path / "in" / "folder")
        file.write(" and half")
    arrived = {next(found).location: None, next(found).location: None}
    assert sorted(arrived) == ["in/folder/moved.png", "in/new.png"]
    assert (tmp_path / "in" / "new.png").read_text() == "half and half"
    stop.set()
    assert list(found) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process of one's own")
def test_a_watching_run_writes_what_comes_until_ctrl_c(tmp_path: Path) -> None:
    write_receipt(tmp_path / "in" / "old.png", "ok old")
    out = tmp_path / "out.jsonl"
    run = ScriptedRun(tmp_path, "in", "-o", out, "--workers", "1", "--watch")

    def written() -> list[str]:
        return [one["source"]["path"] for one in records(out)] if out.exists() else []

    assert run.wait_until(lambda: written() == ["in/old.png"])
    write_receipt(tmp_path / "in" / "new.png", "ok new")
    assert run.wait_until(lambda: written() == ["in/new.png", "in/old.png"])
    (tmp_path / "in" / "new.png").unlink()
    run.process.send_signal(signal.SIGINT)
    code, _, complaints = run.end()
    assert code == 0, complaints
    assert written() == ["in/new.png", "in/old.png"]


def test_lists_and_archives_to_the_standard_output(tmp_path: Path, archive: Path) -> None:
    for name in ("one.png", "two.png", "three.png"):
        write_receipt(tmp_path / name, f"ok {name}")
    (tmp_path / "list.txt").write_text(f"three.png\none.png\nzip://::{archive}\nnowhere.png\n")
    run = ScriptedRun(tmp_path, "-", "--manifest", "list.txt", "--workers", "1")
    code, out, complaints = run.end("two.png\none.png\n")
    assert code == 1, complaints
    lines = [line.split('"path":"')[1].split('"')[0] for line in out.splitlines()]
    assert lines == [
        "two.png",
        "one.png",
        "three.png",
        f"zip://a/c.png::{archive}",
        f"zip://b.png::{archive}",
        "nowhere.png",
    ]
    assert "6 files, 6 records: 5 ok" in complaints
    assert not list(tmp_path.glob("*.journal"))
