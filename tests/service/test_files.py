"""Stored files: where they are, when they are deleted, and pictures of their pages."""

from __future__ import annotations

import os
import threading
import time
from io import BytesIO

import pytest
from PIL import Image

from pipeline.assembly.recheck import checks_of
from pipeline.errors import PipelineError
from pipeline.receipt import Receipt
from pipeline.service.blobs import AddressBlobs, Blobs, blobs_at
from pipeline.service.page_picture import NotInTime, Pictures
from pipeline.service.retention import delete_expired, delete_orphans
from pipeline.service.store.accepting import Posted
from pipeline.service.store.database import Database, new_id
from pipeline.service.uploads import Upload, enter


@pytest.fixture(params=["folder", "address"])
def blobs(request, tmp_path) -> Blobs:
    place = tmp_path / "files"
    return blobs_at(str(place) if request.param == "folder" else f"file://{place}")


def test_bytes_are_stored_under_our_ids_only(blobs):
    blob_id = new_id()
    blobs.put(blob_id, b"abc")
    assert blobs.get(blob_id) == b"abc"
    assert blob_id in blobs.location(blob_id)
    assert list(blobs.older_than(60)) == []
    assert list(blobs.older_than(-60)) == [blob_id]
    blobs.delete(blob_id)
    blobs.delete(blob_id)
    with pytest.raises(FileNotFoundError):
        blobs.get(blob_id)
    for wrong in ("../x", "", "A" * 32, new_id() + "/x"):
        with pytest.raises(ValueError, match="not the id"):
            blobs.put(wrong, b"")


def test_what_is_too_old_or_belongs_to_no_file_is_deleted(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/d.db")
    database.migrate()
    blobs = blobs_at(str(tmp_path / "files"))
    by = Posted("t", "tester", [])
    enter(database, blobs, [(Upload("a", b"%PDF-a"), "application/pdf")], by, 9)
    (kept,) = blobs.older_than(-60)
    orphan = new_id()
    blobs.put(orphan, b"x")
    unfinished = tmp_path / "files" / orphan[:2] / f"{new_id()}.part"
    unfinished.touch()
    for path in (tmp_path / "files").glob("??/*"):
        os.utime(path, (time.time() - 7200,) * 2)
    assert delete_orphans(database, blobs) == 1
    assert not unfinished.exists()
    assert list(blobs.older_than(-60)) == [kept]
    assert delete_expired(database, blobs, None) == 0
    assert delete_expired(database, blobs, 1) == 0
    assert delete_expired(database, blobs, 1e-9) == 1
    assert list(blobs.older_than(-60)) == []
    database.close()


def record(**source: object) -> Receipt:
    place = {"path": "a", "page": 1, "sha256": None, **source}
    return Receipt.model_validate(
        {"source": place, "status": "ok", "engine": "e", "model": "m", "rotation": 90}
    )


def test_a_page_is_shown_upright(tmp_path):
    path = tmp_path / "page.png"
    Image.new("RGB", (40, 20), "white").save(path)
    pictures = Pictures()
    made = pictures.page(str(path), record(), 1)
    shown = Image.open(BytesIO(made))
    assert (shown.format, shown.size) == ("JPEG", (20, 40))
    # It is not made again.
    path.unlink()
    assert pictures.page(str(path), record(), 1) == made
    pictures.forget(str(path))
    with pytest.raises(PipelineError, match="cannot be made"):
        pictures.page(str(path), record(), 1)


def test_a_page_that_takes_too_long_is_not_tried_again_at_once(tmp_path):
    Image.new("RGB", (40, 20), "white").save(tmp_path / "page.png")
    pictures = Pictures(seconds=0.001)
    for _ in range(2):
        with pytest.raises(NotInTime, match="took too long") as raised:
            pictures.page(str(tmp_path / "page.png"), record(), 1)
        assert raised.value.retry_after == 60


def test_addresses_are_those_of_the_file_system():
    assert isinstance(blobs_at("memory://receipts"), AddressBlobs)
    assert blobs_at("memory://receipts").location("a" * 32) == f"memory:///receipts/{'a' * 32}"


def test_sums_are_checked_anew():
    def field(value: object) -> dict[str, object]:
        return {"value": value, "text": "", "confidence": 1, "boxes": []}

    changed = record().model_copy(
        update=Receipt.model_validate(
            {
                **record().model_dump(),
                "subtotal": field(10),
                "tax": field(1),
                "service_charge": field(2),
                "total": field(13),
                "items": [{"total": field(4)}, {"total": field(6)}],
            }
        ).__dict__
    )
    assert {check.rule: check.ok for check in checks_of(changed)} == {
        "items-discount=subtotal": True,
        "subtotal+tax+tip=total": True,
    }


def test_few_requests_wait_for_pictures(tmp_path):
    """The others are told to come again: they would take the threads of other requests."""
    Image.new("RGB", (40, 20), "white").save(tmp_path / "page.png")
    pictures = Pictures()
    waiting = threading.Event()
    refused: list[int] = []

    def ask(number: int) -> None:
        waiting.wait()
        try:
            pictures.page(str(tmp_path / "page.png"), record(), 1)
        except NotInTime as error:
            refused.append(error.retry_after)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    waiting.set()
    for thread in threads:
        thread.join()
    assert refused == [1] * 8
