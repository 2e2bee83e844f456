"""Signs enter the state with their receipt and become findings."""

from __future__ import annotations

import sqlite3

from audited import audited, rules, sale
from PIL import ExifTags, Image

from pipeline.audit.finding import Severity
from pipeline.audit.state.database import open_state


def save(path, software: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = software
    Image.new("RGB", (200, 300), "white").save(path, exif=exif)


def test_a_sign_is_a_finding_with_the_money_at_risk(tmp_path):
    save(tmp_path / "a.jpg", "Adobe Photoshop 25.1")
    (found,) = audited(tmp_path, [sale("a.jpg")], images=tmp_path)
    assert (found.rule, found.severity, found.amount) == ("editing-software", Severity.LOW, 12.5)
    assert "Adobe Photoshop 25.1" in found.reason


def test_without_images_files_are_not_opened(tmp_path):
    save(tmp_path / "a.jpg", "Adobe Photoshop 25.1")
    assert audited(tmp_path, [sale("a.jpg")]) == []


def test_a_receipt_whose_file_is_gone_has_no_signs(tmp_path):
    assert audited(tmp_path, [sale("gone.jpg")], images=tmp_path) == []


def test_another_file_at_the_path_is_judged_anew(tmp_path):
    state = tmp_path / "state"
    save(tmp_path / "a.jpg", "HP Scan")
    assert audited(tmp_path, [sale("a.jpg")], state=state, images=tmp_path) == []
    save(tmp_path / "a.jpg", "GIMP 2.10")
    found = audited(tmp_path, [sale("a.jpg")], state=state, images=tmp_path)
    assert rules(found) == ["editing-software"]


def test_a_state_without_signs_is_taken_over(tmp_path):
    state = tmp_path / "state"
    audited(tmp_path, [sale("a.jpg")], state=state)
    old = sqlite3.connect(state)
    old.execute("DROP TABLE signs")
    old.close()
    save(tmp_path / "b.jpg", "GIMP 2.10")
    found = audited(tmp_path, [sale("b.jpg", total=99)], state=state, images=tmp_path)
    assert rules(found) == ["editing-software"]
    with open_state(state) as database:
        assert database.execute("SELECT count(*) FROM receipts").fetchone() == (2,)
