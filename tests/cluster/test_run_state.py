"""Whether a run goes on with what an earlier one left; outputs that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from cluster_output import Output

from pipeline.batch.outputs import Again
from pipeline.cluster import commit as commits
from pipeline.cluster.job import until
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.run_state import RunState, load_state, store_state
from pipeline.errors import ConfigError

SETTINGS = {"model": "a", "code": "1"}


def started(output: Output, again: Again = Again.NOTHING, **settings: str) -> RunState:
    before = load_state(output.folder)
    state = before.next_run(again, SETTINGS | settings, 7, output.folder.address)
    store_state(output.folder, state)
    return state


def test_other_settings_are_refused_unless_everything_is_read_again(output: Output) -> None:
    state = started(output)
    assert (state.run, state.since, state.complete) == (1, 0, False)
    with pytest.raises(ConfigError, match=r"other settings or versions \(model\)"):
        started(output, model="b")
    fresh = started(output, Again.EVERYTHING, model="b")
    assert (fresh.run, fresh.since, fresh.first_chunk) == (2, 2, 7)
    resumed = started(output, Again.EVERYTHING, model="b")
    assert (resumed.run, resumed.since) == (3, 2)  # what the interrupted one read is kept
    store_state(output.folder, resumed.finished())
    assert started(output, Again.EVERYTHING, model="b").since == 4


def test_errors_are_read_again_once_and_unopened_files_in_every_run(output: Output) -> None:
    with pytest.raises(ConfigError, match="no errors to retry"):
        started(output, Again.ERRORS)
    store_state(output.folder, started(output).finished())
    output.plan("good", "bad", None)
    part = commits.load(output.folder, output.read(1, 0, 1, 2))

    def read_again(state: RunState) -> list[int]:
        return [one.row for one in part.inputs if state.must_read(part, one)]

    assert read_again(started(output)) == [2]
    assert read_again(started(output, Again.ERRORS)) == [1, 2]
    interrupted = started(output, Again.ERRORS)
    later = part.model_copy(update={"run": 3})  # the run above got this far
    assert [one.row for one in later.inputs if interrupted.must_read(later, one)] == [2]


def test_a_folder_that_cannot_be_reached_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere://bucket/out: .*nowhere"):
        load_state(OutputFolder.at("nowhere://bucket/out"))


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(ConfigError, match="is not empty and holds no earlier run"):
        load_state(OutputFolder.at(str(tmp_path)))
    (tmp_path / "run.json").write_text("[]")
    with pytest.raises(ConfigError, match=r"run\.json: is not the state of a run"):
        load_state(OutputFolder.at(str(tmp_path)))


@pytest.mark.parametrize("place", ["disk", "memory://bucket/out"])
def test_folders_on_disks_and_at_addresses(tmp_path: Path, place: str) -> None:
    folder = OutputFolder.at(place if "://" in place else str(tmp_path / place))
    assert folder.names("records") == []
    with pytest.raises(FileNotFoundError):
        folder.read("records/a.jsonl")
    folder.write("records/b.jsonl", b"2")
    (tmp_path / "local").write_bytes(b"1")
    folder.put(tmp_path / "local", "records/a.jsonl")
    folder.write("records/b.jsonl", b"3")
    assert folder.names("records") == ["a.jsonl", "b.jsonl"]
    assert (folder.read("records/a.jsonl"), folder.read("records/b.jsonl")) == (b"1", b"3")
    assert "records" in folder.names()
    folder.delete("records/a.jsonl")
    folder.delete("records/a.jsonl")
    assert not folder.exists("records/a.jsonl")
    assert folder.exists("records/b.jsonl")


def test_a_stop_does_not_wait_for_the_next_part() -> None:
    stop, never = Event(), Event()

    def parts() -> Iterator[str]:
        yield "first"
        never.wait()

    found = []
    for part in until(stop.is_set, parts()):
        found.append(part)
        stop.set()
    never.set()
    assert found == ["first"]


def test_what_fails_while_parts_are_read_is_raised_where_they_are_used() -> None:
    def parts() -> Iterator[str]:
        yield "first"
        raise ConfigError("a node is too old")

    found = until(lambda: False, parts())
    assert next(found) == "first"
    with pytest.raises(ConfigError, match="a node is too old"):
        next(found)
