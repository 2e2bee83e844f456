"""Files are accepted, leased, read and deleted; on both kinds of databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from stored import TENANT, finish, lease, post, read, record

from pipeline.errors import ConfigError
from pipeline.service.store import queue
from pipeline.service.store.accepting import KeyReused, QueueFull
from pipeline.service.store.database import Database, new_id, now
from pipeline.service.store.jobs import cancel, job_of
from pipeline.service.store.keys import Role, all_keys, has_keys, key_row, make_key, revoke_key
from pipeline.service.store.receipts import (
    FieldChange,
    Filter,
    all_listed,
    change,
    changes_of,
    delete_older,
    delete_receipt,
    file_of,
    listed,
    locked,
    receipt_of,
    record_of,
    stored_ids,
)
from pipeline.service.store.tables import Base, FileRow, JobRow


def files(database: Database) -> list[FileRow]:
    with database.reading() as session:
        return list(session.query(FileRow).order_by(FileRow.number))


def test_the_migrations_make_the_tables(database):
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []
    database.migrate()  # again, as at every start


def test_files_are_leased_in_their_order_and_finished_once(database):
    job_id = post(database, "a", "b")
    first, second = lease(database), lease(database)
    assert lease(database) is None
    assert [one.id for one in files(database)] == [first.id, second.id]
    receipt_ids = finish(database, first, record("1.10"), record("2.20"))
    assert len(receipt_ids) == 2
    assert finish(database, first) is None
    with database.reading() as session:
        job = job_of(session, TENANT, job_id)
        assert not job.is_finished
        assert job.unfinished == [second.id]
        totals = [record_of(row).total.value for row in job.files[0].receipts]
        assert [str(total) for total in totals] == ["1.10", "2.20"]
        assert queue.depths(session) == {"done": 1, "reading": 1}


def test_a_lost_lease_keeps_nothing(database):
    post(database, "a")
    slow = lease(database, "slow", seconds=-1)
    assert lease(database, "quick").id == slow.id
    with database.writing() as session:
        assert queue.renew(session, "slow", [slow.id], 30) == set()
        assert queue.renew(session, "quick", [slow.id], 30) == {slow.id}
        assert queue.note_death(session, "slow", slow.id) is None
    assert finish(database, slow, owner="slow") is None
    assert len(finish(database, slow, owner="quick")) == 1


def test_threads_never_lease_the_same_file(database):
    post(database, *"abcdefgh")

    def take_all(owner: int) -> list[str]:
        taken = []
        while (leased := lease(database, str(owner))) is not None:
            taken.append(leased.id)
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [one for ids in threads.map(take_all, range(4)) for one in ids]
    assert sorted(taken) == sorted(one.id for one in files(database))


def test_a_file_that_kills_its_workers_is_given_up(database):
    post(database, "a")
    for death in range(1, queue.MOST_DEATHS + 1):
        leased = lease(database)
        with database.writing() as session:
            assert queue.note_death(session, "one", leased.id) == death
    assert lease(database) is None  # the last one keeps the lease, for its error record
    for _ in range(queue.MOST_ATTEMPTS):
        with database.writing() as session:
            queue.end_all_leases(session)
        leased = lease(database)
    assert leased.is_exhausted


def test_what_is_given_back_counts_as_no_attempt(database):
    post(database, "a")
    for _ in range(2 * queue.MOST_ATTEMPTS):
        leased = lease(database)
        with database.writing() as session:
            queue.give_back(session, "one", [leased.id])
    assert not leased.is_exhausted


def test_the_same_bytes_are_read_once_by_each_tenant(database):
    first = post(database, "a", "a")
    second = post(database, "a")
    post(database, "a", tenant="other")
    assert len(files(database)) == 2
    finish(database, lease(database))
    with database.reading() as session:
        jobs = [job_of(session, TENANT, job_id) for job_id in (first, second)]
        assert [[one.duplicate for one in job.files] for job in jobs] == [[False, True], [True]]
        assert all(job.is_finished for job in jobs)
        assert len({one.receipts[0].id for job in jobs for one in job.files}) == 1
        assert job_of(session, "other", first) is None


def test_an_idempotency_key_gives_the_same_job(database):
    first = post(database, "a", key="k")
    assert post(database, "a", key="k") == first
    assert post(database, "a", key="k", tenant="other") != first
    with pytest.raises(KeyReused):
        post(database, "b", key="k")


def test_a_full_queue_takes_nothing(database):
    post(database, *"abcdefghi")
    with pytest.raises(QueueFull):
        post(database, "j", "k")
    assert len(files(database)) == 9


def test_cancelled_files_are_not_read_unless_another_job_waits(database):
    job_id = post(database, "a", "b", "c")
    post(database, "c")
    leased = lease(database)
    with database.writing() as session:
        assert not cancel(session, "other", job_id)
        assert cancel(session, TENANT, job_id)
    assert finish(database, leased) is None
    assert [one.state for one in files(database)] == ["cancelled", "cancelled", "queued"]
    post(database, "a")  # asked for again: read after all
    assert [one.state for one in files(database)] == ["queued", "cancelled", "queued"]


def test_lists_are_filtered_and_parted(database):
    ids = [
        read(database, "a", record("10", "Café 100%", 0.3)),
        read(database, "b", record("20", "Bar")),
        read(database, "c", record("30", "CAFÉ")),
    ]

    def found(after: int = 0, **wanted: object) -> list[str]:
        with database.reading() as session:
            rows = listed(session, TENANT, Filter(**wanted), after, limit=2)
            return [row.id for row in rows]

    assert found() == ids[:2]
    with database.reading() as session:
        number = receipt_of(session, TENANT, ids[1]).number
        assert len(list(all_listed(session, TENANT, Filter()))) == 3
        assert list(all_listed(session, "other", Filter())) == []
    assert found(after=number) == ids[2:]
    assert found(merchant="100%") == ids[:1]
    assert found(merchant="0%é") == []
    assert found(below=0.5) == ids[:1]
    assert found(total_from=15.0, total_to=25.0) == ids[1:2]
    assert found(needs_review=True) == []
    assert found(status="ok", accepted=False) == ids[:2]


def test_changes_are_kept_with_who_made_them(database):
    receipt_id = read(database, "a")
    with database.writing() as session:
        row = locked(session, TENANT, receipt_id)
        noted = [FieldChange("total", "1", "2")]
        change(session, row, record("13.50"), True, noted, "ann")
    with database.reading() as session:
        row = receipt_of(session, TENANT, receipt_id)
        assert (row.version, row.accepted, row.total) == (2, True, 13.5)
        (made,) = changes_of(session, receipt_id)
        assert (made.field, made.changed_by, made.version) == ("total", "ann", 2)


def test_deleting_takes_all_that_belongs_to_a_file(database):
    receipt_id = read(database, "a", record(), record())
    post(database, "a", key="k")
    with database.writing() as session:
        row = receipt_of(session, TENANT, receipt_id)
        change(session, row, record(), False, [FieldChange("x", "1", "2")], "ann")
        file_id = file_of(session, row).id
        assert delete_receipt(session, row) is None  # the file has another record
    with database.writing() as session:
        (row,) = listed(session, TENANT, Filter(), 0, 9)
        assert delete_receipt(session, row) == file_id
    _assert_empty(database)


def test_old_files_are_deleted(database):
    read(database, "a")
    with database.writing() as session:
        assert delete_older(session, now() - 60) == []
        (file_id,) = delete_older(session, now() + 60)
        assert stored_ids(session, [file_id]) == set()
    _assert_empty(database)


def test_keys_are_checked_by_their_hash(database):
    key = make_key(database, "ann", [Role.READ, Role.SUBMIT], TENANT)
    assert key_row(database, key).roles == "read,submit"
    assert key not in str([vars(row) for row in all_keys(database)])
    for wrong in (key[:-1] + ("A" if key[-1] != "A" else "B"), key + "x", "", "rk_x", "x" * 99):
        assert key_row(database, wrong) is None
    with pytest.raises(ConfigError, match="already"):
        make_key(database, "ann", [Role.READ], TENANT)
    revoke_key(database, "ann")
    assert key_row(database, key) is None
    assert not has_keys(database)
    with pytest.raises(ConfigError, match="no key"):
        revoke_key(database, "bob")


def _assert_empty(database: Database) -> None:
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert session.query(table).count() == 0, table.name


def test_only_what_may_not_be_lost_waits_for_the_disk(database):
    asked = "show synchronous_commit" if database.is_shared else "pragma synchronous"
    for durably, levels in ((True, ("on", 2)), (False, ("off", 1)), (True, ("on", 2))):
        with database.writing(durably=durably) as session:
            assert session.scalar(text(asked)) in levels
            session.add(JobRow(id=new_id(), tenant="t", created_at=0.0, created_by="a"))
    with database.reading() as session:
        assert session.query(JobRow).count() == 3
