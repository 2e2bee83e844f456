"""Changes in drawn records raise the alarm, others do not."""

from __future__ import annotations

import random

import pytest
from drawn_samples import record, records

from pipeline.drift.compare import Bounds, compare
from pipeline.drift.sample import sample_of
from pipeline.receipt import Quality, Receipt


@pytest.fixture(scope="module")
def reference():
    return sample_of(records(1, 400))


def alarms(reference, window, bounds=None):
    return {one.feature for one in compare(reference, sample_of(window), bounds).alarms}


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"blur": 0.6}, "sharpness"),
        ({"doubt": 0.08}, "ocr_confidence"),
        ({"country": "PL"}, "country"),
        ({"failing": 0.6}, "sums"),
        ({"lost": 0.4}, "total_missing"),
        ({"engine": "tesseract"}, "engine"),
        ({"first": 500}, "merchant_known"),
        ({"shops": 4}, "merchant"),
    ],
)
def test_a_change_raises_the_alarm_of_its_feature(reference, changes, feature):
    assert feature in alarms(reference, records(2, 120, **changes))


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"till": 1000}, "unlike_merchant"),
        ({"swapped": True}, "subtotal_above_total"),
        ({"swapped": True}, "overruled"),
        ({"language": "pl"}, "language"),
    ],
)
def test_half_a_window_is_enough_of_what_the_tagger_sees(changes, feature):
    reference = sample_of(records(1, 400, shops=40))
    assert feature in alarms(reference, records(2, 120, shops=40, changed=0.5, **changes))
    assert not alarms(reference, records(2, 120, shops=40, changed=0.0, **changes))


def test_a_reference_of_old_records_lacks_what_is_new():
    old = [
        one.model_copy(update={"quality": Quality(words=one.quality.words, lines=1)})
        for one in records(1, 60)
    ]
    told = compare(sample_of(old), sample_of(records(2, 60)))
    assert "0 receipts of the reference have it" in told.left_out["total_share"]
    assert "language" not in {one.feature for one in told.alarms}


def test_twenty_undisturbed_windows_raise_at_most_one_alarm(reference):
    found = [alarms(reference, records(100 + seed, 100)) for seed in range(20)]
    assert sum(bool(one) for one in found) <= 1


def test_receipts_of_few_merchants_are_no_change_of_what_these_print():
    """Twenty shops of which each prints receipts of its own length: a window of other shops is
    within what differs from shop to shop."""

    def window(seed, first):
        rng = random.Random(seed)
        return [
            record(rng, first + number // 15).model_copy(
                update={"quality": quality_of_shop(first + number // 15)}
            )
            for number in range(300)
        ]

    def quality_of_shop(shop):
        rng = random.Random(shop)
        own = record(rng, shop).quality
        return own.model_copy(update={"words": rng.randrange(30, 300)})

    found = alarms(sample_of(window(1, 0)), window(2, 1000))
    assert "words" not in found
    assert "merchant_known" in found or "merchant" in found


def test_a_change_in_one_merchant_alone_is_found_there(reference):
    rng = random.Random(9)
    before = [*records(1, 400), *(record(rng, 7777) for _ in range(60))]
    now = [*records(2, 400), *(record(rng, 7777, blur=0.5) for _ in range(40))]
    found = compare(sample_of(before), sample_of(now)).alarms
    assert [(one.feature, one.group) for one in found] == [("sharpness", "merchant: Shop 7777")]


def test_a_difference_that_is_sure_but_small_is_no_alarm():
    large = sample_of(records(3, 6000))
    window = sample_of(records(4, 6000, blur=1.03))
    found = compare(large, window)
    (sharpness,) = [
        one for one in found.differences if one.feature == "sharpness" and not one.group
    ]
    assert sharpness.corrected < 0.005
    assert not sharpness.is_alarm


def test_few_receipts_are_left_out_with_the_reason(reference):
    found = compare(reference, sample_of(records(2, 10)), Bounds(least=20))
    assert not found.differences
    assert found.left_out["words"].startswith("10 receipts of the window")


def test_errors_and_copies_count_as_what_they_are(reference):
    errors = [
        Receipt.model_validate(
            {
                "source": {"path": f"{n}.jpg", "page": 1, "sha256": None},
                "status": "error",
                "error": "not a picture",
                "engine": "rapidocr",
                "model": "receipts-base",
            }
        )
        for n in range(60)
    ]
    copies = [
        one.model_copy(
            update={"source": one.source.model_copy(update={"duplicate_of": "first.jpg"})}
        )
        for one in records(5, 100, country="PL")
    ]
    window = [*records(2, 100), *errors, *copies]
    assert len(sample_of(window)) == 160
    found = alarms(reference, window)
    assert "status" in found
    assert not found & {"country", "words", "total_missing"}


def test_merchants_that_all_print_otherwise_are_found_although_the_whole_is_the_same():
    """Each shop prints the total at its own place; later all have changed places."""

    def window(seed, shift):
        rng = random.Random(seed)
        found = []
        for _ in range(150):
            shop = rng.randrange(30)
            one = record(rng, shop, lost=0)
            top = 100.0 + 23 * ((shop + shift) % 30) + rng.gauss(0, 3)
            total = one.total.model_copy(update={"boxes": [(10, top, 90, top + 20)]})
            found.append(one.model_copy(update={"total": total, "size": (600, 1000)}))
        return found

    reference = sample_of(window(1, 0))
    assert alarms(reference, window(2, 0)) == set()
    found = alarms(reference, window(3, 11))
    assert "unlike_merchant" in found
    assert "total_place" not in found
