"""What a journal remembers, and in which order it gives it back."""

from __future__ import annotations

import datetime
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.batch.formats import Format
from pipeline.batch.inputs import Input
from pipeline.batch.journal import Journal, open_journal, unread
from pipeline.batch.outputs import Again, Outputs, resume, write_complete, write_partial
from pipeline.batch.packing import pack, unpack
from pipeline.errors import ConfigError
from pipeline.labels import ValueType
from pipeline.receipt import Amount, AmountField, Field, Receipt, Source, TextField


def record(name: str = "a.jpg", status: str = "ok", total: str = "12.50") -> Receipt:
    return Receipt(
        source=Source(path=name, page=1, sha256="ab" * 32),
        status=status,  # type: ignore[arg-type]
        engine="fake",
        model="fake-model",
        total=Field[Amount](value=Decimal(total), text=total, confidence=0.5, boxes=[(0, 1, 2, 3)]),
    )


def read(journal: Journal, found: Input, digest: str, status: str = "ok") -> None:
    journal.enter(found)
    journal.note(found, digest, f"signature of {digest}")
    journal.keep(digest, pack([record(found.name, status)]), failed=status == "error")


def names(journal: Journal) -> list[str]:
    return [outcome.name for outcome in journal.outcomes()]


def outputs_in(folder: Path) -> Outputs:
    return Outputs(folder / "out.jsonl", Format.JSONL)


def ignore(_: list[Receipt]) -> None:
    """Nobody counts."""


def test_records_are_unpacked_as_they_were_packed() -> None:
    dated = record(total="1" * 40 + ".10").model_copy(
        update={
            "date": Field[datetime.date](
                value=datetime.date(2024, 2, 29), text="29/2", confidence=1, boxes=[]
            ),
            "extra": {
                "till": TextField(
                    type=ValueType.TEXT, value="7.50", text="7.50", confidence=1, boxes=[]
                ),
                "fee": AmountField(
                    type=ValueType.AMOUNT,
                    value=Decimal("7.50"),
                    text="7.50",
                    confidence=1,
                    boxes=[],
                ),
            },
        }
    )
    (back,) = unpack(pack([dated]))
    assert back == dated
    assert str(back.total and back.total.value) == "1" * 40 + ".10"
    assert [type(field.value) for field in back.extra.values()] == [str, Decimal]


def test_the_output_has_the_order_of_arguments_then_of_paths() -> None:
    with open_journal(None) as journal:
        journal.begin()
        for position, path in [(1, "in/b.png"), (0, "z.png"), (1, "in/a/c.png"), (1, "in/a.png")]:
            place = path.replace("/", "\0").encode()
            read(journal, Input(path, position, place), digest=path)
        assert names(journal) == ["z.png", "in/a/c.png", "in/a.png", "in/b.png"]


def test_a_content_is_kept_once_and_its_copies_name_the_first() -> None:
    with open_journal(None) as journal:
        journal.begin()
        copy, first = Input("in/b.png", 0, b"b"), Input("in/a.png", 0, b"a")
        read(journal, copy, "same")  # read first, but second in order
        journal.enter(first)
        journal.note(first, "same", None)
        found = {outcome.name: outcome.records[0].source for outcome in journal.outcomes()}
        assert found["in/a.png"].duplicate_of is None
        assert found["in/b.png"].duplicate_of == "in/a.png"
        assert [source.path for source in found.values()] == ["in/a.png", "in/b.png"]
        assert journal.outcome(copy).records[0].source == found["in/b.png"]
        with pytest.raises(KeyError):
            journal.outcome(Input("nowhere.png"))


def test_an_input_is_entered_once_a_session_however_it_is_written() -> None:
    with open_journal(None) as journal:
        journal.begin()
        assert journal.enter(Input("in/a.png"))
        assert not journal.enter(Input("in/../in/a.png"))
        journal.begin()
        assert journal.enter(Input("in/a.png"))


def test_what_is_committed_is_there_when_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    found = Input("a.png")
    with open_journal(path) as journal:
        assert journal.is_empty
        journal.begin()
        read(journal, found, "digest")
        lost = Input("lost.png")
        journal.enter(lost)
        journal.note(lost, unread(lost), None)
        journal.keep(unread(lost), pack([record("lost.png", "error")]), failed=True)
    with open_journal(path) as journal:
        assert not journal.is_empty
        assert names(journal) == ["a.png", "lost.png"]
        journal.begin()
        assert names(journal) == []
        journal.enter(found)
        assert journal.signature(found) == "signature of digest"
        assert journal.has("digest")
        assert not journal.has(unread(lost))  # to be looked at anew
        assert names(journal) == ["a.png"]
        journal.include_absent()
        assert names(journal) == ["a.png"]


def test_what_is_not_committed_is_not_there_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with pytest.raises(KeyboardInterrupt), open_journal(path) as journal:
        journal.begin()
        read(journal, Input("a.png"), "a")
        journal.commit()
        read(journal, Input("b.png"), "b")
        raise KeyboardInterrupt
    with open_journal(path) as journal:
        assert names(journal) == ["a.png"]


def test_fifty_records_are_committed_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with pytest.raises(KeyboardInterrupt), open_journal(path) as journal:
        journal.begin()
        for number in range(70):
            read(journal, Input(f"{number:03}.png"), str(number))
            journal.commit_when_due()
        raise KeyboardInterrupt
    with open_journal(path) as journal:
        assert 45 <= len(names(journal)) <= 70


def test_two_runs_cannot_write_one_output(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    with (
        open_journal(path),
        pytest.raises(ConfigError, match="another run is writing this output"),
        open_journal(path),
    ):
        pytest.fail("opened")


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.journal"
    path.write_text("dear diary, today I bought bread\n" * 100)
    with pytest.raises(ConfigError, match="is not a journal of a run"), open_journal(path):
        pytest.fail("opened")
    assert path.read_text().startswith("dear diary")
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bread (price INTEGER)")
    other.close()
    with pytest.raises(ConfigError, match="is not a journal of a run"), open_journal(path):
        pytest.fail("opened")


def test_a_torn_end_of_the_log_costs_what_was_written_last(tmp_path: Path) -> None:
    path, copy = tmp_path / "out.jsonl.journal", tmp_path / "copy.journal"
    with open_journal(path) as journal:
        journal.begin()
        for number in range(5):
            read(journal, Input(f"{number}.png"), str(number))
            journal.commit()
        # As a power failure leaves it: the log open, its last commit half on the disk.
        copy.write_bytes(path.read_bytes())
        log = path.with_name(f"{path.name}-wal").read_bytes()
        copy.with_name(f"{copy.name}-wal").write_bytes(log[: -len(log) // 20])
    with open_journal(copy) as journal:
        found = names(journal)
    assert found == [f"{number}.png" for number in range(len(found))]
    assert 1 <= len(found) < 5


def test_a_changed_setting_starts_afresh_and_says_so(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    with open_journal(outputs.journal) as journal:
        assert resume(journal, outputs, {"engine": "1", "model": "m"}) is None
        journal.begin()
        read(journal, Input("a.png"), "a")
    with open_journal(outputs.journal) as journal:
        assert resume(journal, outputs, {"engine": "1", "model": "m"}) is None
        journal.begin()
        assert journal.has("a")
    with open_journal(outputs.journal) as journal:
        note = resume(journal, outputs, {"engine": "2", "model": "m"})
        assert note == "reading everything again: changed since the last run: engine"
        journal.begin()
        assert not journal.has("a")
    with open_journal(outputs.journal) as journal:
        assert resume(journal, outputs, {"engine": "2", "model": "m"}) is None


def test_a_finished_output_that_is_gone_is_made_afresh(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    with open_journal(outputs.journal) as journal:
        resume(journal, outputs, {})
        journal.begin()
        read(journal, Input("a.png"), "a")
        read(journal, Input("b.png"), "b")
        write_complete(journal, outputs, ignore)
    assert outputs.records.read_text().count("\n") == 2
    with open_journal(outputs.journal) as journal:
        assert resume(journal, outputs, {}) is None
        journal.begin()
        journal.enter(Input("a.png"))
        write_complete(journal, outputs, ignore)  # b.png is there no more
        assert not journal.has("b")
    assert outputs.records.read_text().count("\n") == 1
    outputs.records.unlink()
    with open_journal(outputs.journal) as journal:
        assert "was deleted" in (resume(journal, outputs, {}) or "")
        assert not journal.has("a")


def test_errors_are_forgotten_to_be_retried(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    with (
        pytest.raises(ConfigError, match="has no earlier run"),
        open_journal(outputs.journal) as journal,
    ):
        resume(journal, outputs, {}, Again.ERRORS)
    with open_journal(outputs.journal) as journal:
        resume(journal, outputs, {})
        journal.begin()
        read(journal, Input("good.png"), "good")
        read(journal, Input("bad.png"), "bad", status="error")
        write_complete(journal, outputs, ignore)
    with open_journal(outputs.journal) as journal:
        note = resume(journal, outputs, {}, Again.ERRORS)
        assert note == "reading again files that failed: 1"
        assert (journal.has("good"), journal.has("bad")) == (True, False)
        journal.begin()
        read(journal, Input("bad.png"), "bad", status="error")
    with open_journal(outputs.journal) as journal:
        # That run did not finish: it goes on, and does not try for a third time.
        assert resume(journal, outputs, {}, Again.ERRORS) is None
        assert journal.has("bad")


def test_everything_is_read_again_once_however_often_that_run_is_killed(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    for expected in ([], ["a.png"], ["a.png", "b.png"]):
        with open_journal(outputs.journal) as journal:
            assert resume(journal, outputs, {}, Again.EVERYTHING) is None
            assert names(journal) == expected
            journal.begin()
            read(journal, Input(f"{'abc'[len(expected)]}.png"), "abc"[len(expected)])
    with open_journal(outputs.journal) as journal:
        write_complete(journal, outputs, ignore)
    with open_journal(outputs.journal) as journal:
        note = resume(journal, outputs, {}, Again.EVERYTHING)
        assert note == "reading everything again: as requested"
        assert names(journal) == []


def test_a_stopped_run_does_not_replace_the_output_of_a_finished_one(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    with open_journal(outputs.journal) as journal:
        journal.begin()
        read(journal, Input("a.png"), "a")
        assert write_partial(journal, outputs, ignore)
        read(journal, Input("b.png"), "b")
        assert write_partial(journal, outputs, ignore)
        assert outputs.records.read_text().count("\n") == 2
        write_complete(journal, outputs, ignore)
        journal.begin()
        counted: list[str] = []
        assert not write_partial(
            journal, outputs, lambda records: counted.append(records[0].source.path)
        )
        assert counted == ["a.png", "b.png"]
        assert outputs.records.read_text().count("\n") == 2
