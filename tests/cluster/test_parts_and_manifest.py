"""The plan, parts and manifest of a cluster run: each input's records once, whatever was repeated.

No Ray: the actors' work is done here, in an order that a cluster might have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.inputs import Input
from pipeline.batch.outputs import Again
from pipeline.batch.packing import pack
from pipeline.batch.summary import Summary
from pipeline.cluster import commit as commits
from pipeline.cluster import manifest, plan
from pipeline.cluster.commit import Cost
from pipeline.cluster.job import until
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.part import FileRead, read_records, rewrite_part, write_part
from pipeline.cluster.plan_index import PlanIndex, open_index
from pipeline.cluster.run_state import RunState, load_state, store_state
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt, Source


def record(name: str, content: str | None, page: int = 1) -> Receipt:
    digest = None if content is None else sha256(content.encode()).hexdigest()
    failed = content is None or content.startswith("bad")
    return Receipt(
        source=Source(path=name, page=page, sha256=digest),
        status="error" if failed else "ok",
        error="it is bad" if failed else None,
        engine="fake",
        model="fake",
    )


COST = Cost(started_at=1e9, seconds=0.75, core_seconds=0.5)


class Output:
    """An output folder, and an index of what is in it."""

    def __init__(self, folder: Path, index: PlanIndex) -> None:
        self.folder = OutputFolder.at(str(folder))
        self.index = index
        self.contents: list[str | None] = []

    def plan(self, *contents: str | None) -> None:
        """Inputs ``0.png``, ``1.png``, ... with these contents; ``None`` cannot be opened."""
        self.contents += contents
        inputs = [Input(f"/in/{number}.png") for number in range(len(self.contents))]
        plan.add_new(self.folder, inputs, self.index, len(plan.chunks_of(self.folder)), bool)

    def read(self, run: int, *rows: int, pages: int = 1) -> str:
        """What actors and the writing of parts do."""
        return write_part(
            self.folder, run, [FileRead(0, row, self._packed(row, pages), COST) for row in rows]
        )

    def _packed(self, row: int, pages: int) -> bytes:
        name = f"/in/{row}.png"
        return pack([record(name, self.contents[row], page + 1) for page in range(pages)])

    def settle(self, *parts: str) -> None:
        for part in parts:
            for one in commits.load(self.folder, part).inputs:
                self.index.settle(*one.number, part, one.digest)

    def finish(self, state: RunState) -> Summary:
        for part, kept in list(manifest.changes(self.folder, state, self.index)):
            rewrite_part(self.folder, part, kept)
        summary = Summary()
        manifest.write_manifest(self.folder, state, self.index, summary)
        return summary

    def records(self) -> list[Receipt]:
        """All that the manifest lists."""
        lines = self.folder.read(manifest.FILE).splitlines()[1:]
        listed = [commits.load(self.folder, json.loads(line)["part"]) for line in lines]
        return [one for part in listed for one in read_records(self.folder, part)]


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Output]:
    with open_index() as index:
        yield Output(tmp_path / "out", index)


def test_a_part_that_is_written_twice_is_one_part(output: Output) -> None:
    output.plan("a", "b", "c")
    first = output.read(1, 0, 2)
    assert output.read(1, 2, 0) == first  # a task that Ray repeats, its blocks in another order
    output.settle(first, output.read(1, 1))
    output.finish(RunState(run=1))
    assert sorted(one.source.path for one in output.records()) == [
        "/in/0.png",
        "/in/1.png",
        "/in/2.png",
    ]
    assert len(output.folder.names("records")) == 2


def test_an_input_in_two_parts_stays_in_the_later_one(output: Output) -> None:
    output.plan("a", "b", "c")
    lost = output.read(1, 0, 1)  # by a node that was believed dead
    again = output.read(2, 1, 2)
    output.settle(lost, again)
    summary = output.finish(RunState(run=2))
    assert [one.source.path for one in output.records()] == ["/in/0.png", "/in/1.png", "/in/2.png"]
    assert (summary.files_done, summary.statuses["ok"]) == (3, 3)
    assert [one.number for one in commits.load(output.folder, lost).inputs] == [(0, 0)]


def test_a_part_all_of_whose_inputs_were_read_again_is_deleted(output: Output) -> None:
    output.plan("bad")
    output.settle(output.read(1, 0))
    output.contents[0] = "good"
    again = output.read(2, 0)
    output.settle(again)
    output.finish(RunState(run=2))
    assert commits.parts(output.folder) == [again]
    assert [one.status for one in output.records()] == ["ok"]
    assert len(output.folder.names("receipts")) == 1


def test_files_of_attempts_that_did_not_finish_are_deleted(output: Output) -> None:
    output.plan("a")
    output.folder.write("records/000000-0000-001-aaaa-0000.jsonl", b"{")
    output.settle(output.read(1, 0))
    output.finish(RunState(run=1))
    assert len(output.folder.names("records")) == 1


def test_copies_name_the_first_of_them_by_argument_and_path(output: Output) -> None:
    output.plan("a", "same", "b", "same", "bad same", None, None)
    output.settle(output.read(1, 3, 0, 5), output.read(1, 1, 2), output.read(1, 4, 6))
    summary = output.finish(RunState(run=1))
    found = {one.source.path: one.source.duplicate_of for one in output.records()}
    assert {name: other for name, other in found.items() if other} == {"/in/3.png": "/in/1.png"}
    assert summary.duplicates == 1


@given(st.data())
def test_whatever_is_repeated_each_input_is_in_the_output_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    contents = data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8))
    rows = st.lists(st.integers(0, len(contents) - 1), min_size=1, unique=True)
    with open_index() as index:
        output = Output(tmp_path_factory.mktemp("out"), index)
        output.plan(*contents)
        tasks = data.draw(st.lists(st.tuples(st.integers(1, 3), rows), max_size=4))
        for run, some in [*sorted(tasks), (4, list(range(len(contents))))]:
            output.settle(output.read(run, *some, pages=2))
        summary = output.finish(RunState(run=4))
        paths = [one.source.path for one in output.records()]
        assert sorted(paths) == sorted(
            f"/in/{row}.png" for row in range(len(contents)) for _ in "12"
        )
        assert summary.files_done == len(contents)
        for one in output.records():
            row = int(Path(one.source.path).stem)
            first = contents.index(contents[row])
            assert one.source.duplicate_of == (None if first == row else f"/in/{first}.png")


def test_the_parquet_files_have_the_same_records(output: Output) -> None:
    output.plan("a", "bad")
    output.settle(output.read(1, 0, 1, pages=3))
    output.finish(RunState(run=1))
    (name,) = output.folder.names("receipts")
    table = pq.read_table(Path(output.folder.address) / "receipts" / name)
    assert table.column("status").to_pylist() == ["ok"] * 3 + ["error"] * 3


def test_an_input_that_is_listed_twice_or_in_a_later_run_is_planned_once(output: Output) -> None:
    inputs = [Input("/in/a.png"), Input("/in/b.png", 1), Input("/in/a.png", 2)]
    assert plan.add_new(output.folder, inputs, output.index, 0, bool) == 2
    with open_index() as index:  # of the next run
        for one in plan.read_chunk(output.folder, 0):
            index.add(one.chunk, one.row, one.found, one.name)
        assert plan.add_new(output.folder, [*inputs, Input("/in/c.png")], index, 1, bool) == 1
    assert [one.name for one in plan.read_chunk(output.folder, 1)] == ["/in/c.png"]


def test_names_that_are_not_unicode_survive_the_plan(output: Output) -> None:
    odd = Input("/in/caf\udce9.png", 3, b"/in/caf\xe9.png")
    plan.add_new(output.folder, [odd], output.index, 0, bool)
    (stored,) = plan.read_chunk(output.folder, 0)
    assert stored.found == odd
    assert stored.name == odd.name


def test_relative_paths_are_kept_in_the_name_only(
    output: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan.add_new(output.folder, [Input("in/a.png")], output.index, 0, bool)
    (stored,) = plan.read_chunk(output.folder, 0)
    assert (stored.name, stored.found.location) == ("in/a.png", str(tmp_path / "in" / "a.png"))


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
