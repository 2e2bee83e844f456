"""Hashes of one picture are near after scaling, compression and a crop; those of others are far."""

from __future__ import annotations

import io
import json

import pytest
from audited import audited, field, record, sale
from PIL import Image

from pipeline.audit.duplicates.block_keys import block_keys
from pipeline.audit.duplicates.picture_hash import NEAR, distance, picture_hash
from pipeline.audit.duplicates.traits import pack_traits, traits_of, unpack_traits

PICTURES = ("a.png", "b.jpg", "c.png")
TEXT = (60, 90, 420, 900)


@pytest.fixture(scope="module")
def scans(project):
    def opened(name):
        with Image.open(project / "data" / "samples" / name) as image:
            return image.convert("L")

    return opened("hardware-my.jpg"), opened("services-ca.jpg")


def compressed(image):
    data = io.BytesIO()
    image.resize((image.width // 2, image.height // 2)).save(data, "JPEG", quality=30)
    return Image.open(data)


def test_scaled_and_compressed(scans):
    scan, other = scans
    own = picture_hash(scan, [TEXT])
    half = tuple(edge / 2 for edge in TEXT)
    assert distance(own, picture_hash(compressed(scan), [half])) <= NEAR
    assert distance(own, picture_hash(other, [TEXT])) > 2 * NEAR


def test_cropped(scans):
    scan, _ = scans
    crop = scan.crop((30, 40, scan.width - 20, scan.height - 60))
    moved = tuple(edge - (30, 40)[at % 2] for at, edge in enumerate(TEXT))
    assert distance(picture_hash(scan, [TEXT]), picture_hash(crop, [moved])) <= NEAR


def test_near_pictures_share_a_block(scans):
    scan, other = scans
    own, again, others = (
        block_keys(traits_of(sale(total=None, date=None), picture_hash(image, [])))
        for image in (scan, compressed(scan), other)
    )
    assert own & again
    assert not own & others


def test_traits_are_stored_without_loss():
    traits = traits_of(sale(receipt_number="INV 7", time="10:30:15"), "ab12")
    again = unpack_traits(pack_traits(traits))
    assert again == traits
    assert (again.number, again.time) == ("INV7", "10:30")


def test_traits_of_older_states_are_read():
    traits = traits_of(sale(receipt_number="INV 7"), "ab12")
    values, placed = pack_traits(traits).split("\n")
    older = json.dumps({**json.loads(values), "texts": json.loads(placed)})
    assert unpack_traits(older) == traits
    assert {text.text for text in traits.texts} == {"BLUECAFE", "20260310", "125", "EUR", "INV7"}


def test_pictures_of_which_little_was_read(tmp_path, scans):
    scan, other = scans
    scan.save(tmp_path / "a.png")
    compressed(scan).save(tmp_path / "b.jpg")
    other.save(tmp_path / "c.png")
    records = [record(name, merchant_phone=field("+49301", top=40)) for name in PICTURES]
    (finding,) = (
        one for one in audited(tmp_path, records, images=tmp_path) if one.rule[:9] == "duplicate"
    )
    assert (finding.rule, finding.severity) == ("duplicate-picture", "medium")
    assert [one.path for one in finding.receipts] == ["b.jpg", "a.png"]
