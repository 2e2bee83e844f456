"""Parts by merchant: the same in training and in the report."""

import random
from string import ascii_lowercase

import pytest

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.parts import Part, pages_of, parts_by_merchant, read_parts, write_parts
from pipeline.document import Page
from pipeline.errors import DataError


def receipt(number, source, merchant):
    return AnnotatedPage(str(number), source, Page(9, 9, ()), (), frozenset(), merchant=merchant)


@pytest.fixture
def receipts():
    rng = random.Random(0)
    names = ["".join(rng.choices(ascii_lowercase, k=12)) for _ in range(200)]
    return [receipt(n, source, name) for source in "ab" for n, name in enumerate(names)]


def test_a_chain_that_two_sources_know_is_in_one_part_of_both(receipts):
    parts = parts_by_merchant(receipts)
    assert parts[:200] == parts[200:]


def test_every_part_gets_its_share(receipts):
    parts = parts_by_merchant(receipts)
    assert 0.08 < parts.count(Part.HELD_OUT) / len(parts) < 0.22
    assert 0.04 < parts.count(Part.DEVELOPMENT) / len(parts) < 0.17


def test_what_training_kept_out_is_read_back(receipts, tmp_path):
    parts = parts_by_merchant(receipts)
    write_parts(tmp_path / "parts.json", receipts, parts)
    read = read_parts(tmp_path / "parts.json")
    assert [read.get((r.source, r.id), Part.TRAIN) for r in receipts] == parts
    held_out = pages_of(Part.HELD_OUT, receipts, tmp_path / "parts.json")
    assert held_out == [r for r, part in zip(receipts, parts, strict=True) if part == "held_out"]


def test_what_the_start_model_held_out_stays_so_unless_it_is_trained_on(receipts, tmp_path):
    path = tmp_path / "parts.json"
    before, now = receipts[:100], receipts[50:150]
    write_parts(path, before, [Part.HELD_OUT] * 100)
    write_parts(path, now, [Part.TRAIN, Part.DEVELOPMENT] * 50, read_parts(path))
    read = read_parts(path)
    assert all(read[r.source, r.id] is Part.HELD_OUT for r in receipts[:50])
    assert [read.get((r.source, r.id)) for r in now] == [None, Part.DEVELOPMENT] * 50


def test_receipts_of_an_earlier_model_stay_and_others_follow_their_merchant():
    names = ["alpha", "bravo", "charlie"]
    old = [receipt(number, "old", name) for number, name in enumerate(names)]
    new = [receipt(number, "new", name) for number, name in enumerate([*names, "delta"])]
    earlier = {("old", "1"): Part.HELD_OUT, ("old", "2"): Part.DEVELOPMENT}
    # One more receipt joins the merchants of a training and of a held-out receipt.
    joined = receipt(9, "new", "alpha bravo")
    parts = parts_by_merchant([*old, *new, joined], earlier)
    kept = [Part.TRAIN, Part.HELD_OUT, Part.DEVELOPMENT]
    assert parts[:3] == kept
    assert parts[3:6] == [Part.HELD_OUT, Part.HELD_OUT, Part.DEVELOPMENT]
    assert parts[6] == parts_by_merchant([new[3]])[0]
    assert parts[7] is Part.HELD_OUT


def test_it_is_said_why_no_receipt_is_in_a_part(receipts, tmp_path):
    path = tmp_path / "parts.json"
    write_parts(path, receipts[:200], parts_by_merchant(receipts[:200]))
    with pytest.raises(DataError, match=r"none of the 200 .* of a; these are of b"):
        pages_of(Part.HELD_OUT, receipts[200:], path)
    others = [receipt(1000, "a", "Elsewhere")]
    with pytest.raises(DataError, match=r"all with other ids than these \(such as '1000'\)"):
        pages_of(Part.HELD_OUT, others, path)


@pytest.mark.parametrize("text", ["", "[]", '{"a": {"elsewhere": ["1"]}}', '{"a": 1}'])
def test_a_file_that_is_no_list_of_parts_is_named(tmp_path, text):
    path = tmp_path / "parts.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"parts\.json"):
        read_parts(path)
    with pytest.raises(DataError, match=r"nothing\.json"):
        read_parts(tmp_path / "nothing.json")
