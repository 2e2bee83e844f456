"""Other people's protocols, worked by hand: SROIE's task 3, Donut's CORD figures."""

import datetime

import pytest
from small_receipts import annotated, field, item

from pipeline.data.cord import read_gt_parses
from pipeline.data.formats import read
from pipeline.evaluation.cord import as_gt_parse, donut_counts, tree_accuracy
from pipeline.evaluation.scores import Score, Share, total
from pipeline.evaluation.sroie import submission, task3_counts
from pipeline.receipt import Contents

SROIE = ("merchant_name", "merchant_address", "date", "total")
TRUTH = {"menu": [{"nm": "ab", "cnt": "1"}]}


def sroie(**fields):
    return annotated(fields, annotated=SROIE, source="sroie")


def test_task_3_compares_strings_as_they_are():
    truth = sroie(merchant_name="Acme Sdn Bhd", date="25/12/2018", total="9.00")
    record = Contents(
        merchant_name=field("Acme Sdn Bhd"),
        date=field(datetime.date(2018, 12, 25), text="25/12/2018"),
        total=field("9.00", text="RM 9.00"),
        merchant_address=field("1 Road"),
    )
    counts = task3_counts(record, truth)
    assert counts["sroie.company"] == Score(0, 1, 1)  # case counts
    assert counts["sroie.date"] == Score(1, 1, 1)
    assert counts["sroie.total"] == Score(1, 1, 1)  # the number is what is handed in
    assert counts["sroie.address"] == Score(0, 1, 0)
    assert counts["sroie.task3"] == Score(2, 4, 3)


def test_texts_are_handed_in_in_capitals_as_they_are_published():
    record = Contents(
        merchant_name=field("Acme Sdn Bhd"),
        date=field(datetime.date(2018, 6, 15), text="15 Jun 2018"),
    )
    assert submission(record) == {"company": "ACME SDN BHD", "date": "15 JUN 2018"}


def test_a_total_without_a_number_is_handed_in_as_read():
    assert submission(Contents(total=field("9", text="NINE"))) == {"total": "NINE"}


def test_a_mended_total_is_handed_in_as_mended():
    mended = {**field("9.00", text="9.08"), "repaired": True}
    assert submission(Contents(total=mended)) == {"total": "9.00"}


def test_task_3_adds_texts_up_over_receipts():
    # Handed in: 4 and 2 texts, 3 and 1 of them right; published: 4 and 3, an empty one is none.
    full = {"merchant_name": "A", "merchant_address": "B", "date": "01/02/2018", "total": "9.00"}
    counts = [
        task3_counts(
            Contents(
                merchant_name=field("A"),
                merchant_address=field("B "),
                date=field(datetime.date(2018, 2, 1), text="01/02/2018"),
                total=field("9.00"),
            ),
            sroie(**full),
        ),
        # The right text in another category is wrong.
        task3_counts(
            Contents(merchant_name=field("B"), total=field("9.00")), sroie(**{**full, "date": ""})
        ),
    ]
    score = total(of_one["sroie.task3"] for of_one in counts)
    assert score == Score(4, 6, 7)
    assert (score.precision, score.recall) == (pytest.approx(4 / 6), pytest.approx(4 / 7))
    assert score.f1 == pytest.approx(8 / 13)


def test_task_3_is_for_sroie_alone():
    assert task3_counts(Contents(), annotated()) == {}


def test_a_record_in_cords_names():
    record = Contents(
        items=[item("Tea", "3.00", quantity="2")],
        subtotal=field("3.00"),
        total=field("3.30", text="Rp 3.30"),
    )
    assert as_gt_parse(record) == {
        "menu": [{"nm": "Tea", "cnt": "2", "price": "3.00"}],
        "sub_total": {"subtotal_price": "3.00"},
        "total": {"total_price": "Rp 3.30"},
    }


@pytest.mark.parametrize(
    ("predicted", "accuracy"),
    # Of the truth: menu 1, item 1, nm 1, "ab" 2, cnt 1, "1" 1 = 7.
    [
        (TRUTH, 1),
        ({"menu": {"nm": " ab ", "cnt": 1}}, 1),  # one item alone, a number, white space
        ({"menu": [{"nm": "ac", "cnt": "1"}]}, 1 - 1 / 7),
        ({"menu": [{"nm": "ab"}]}, 1 - 2 / 7),
        ({"menu": [{"nm": "ab", "cnt": "1"}, {"nm": "xyz"}]}, 1 - 5 / 7),
        ({"menu": []}, 0),
        ({"total": {"total_price": "1234567890"}}, 0),
    ],
)
def test_tree_accuracy(predicted, accuracy):
    assert tree_accuracy(predicted, TRUTH) == pytest.approx(accuracy)


def test_flat_fields_are_a_bag():
    truth = {"menu": [{"nm": "Tea"}, {"nm": "Tea"}], "total": {"total_price": "6"}}
    predicted = {"menu": [{"nm": "Tea"}], "total": {"total_price": "7"}}
    counts = donut_counts(predicted, truth)
    assert counts["cord.f1"] == Score(1, 2, 3)
    assert counts["cord.tree"].whole == 1


def test_the_published_parse_against_itself_is_perfect(shared_datasets):
    path = shared_datasets / "cord" / "validation.jsonl"
    parses = read_gt_parses(path)
    assert list(parses) == [page.id for page in read("cord", path)]
    for parse in list(parses.values())[:5]:
        counts = donut_counts(parse, parse)
        assert counts["cord.f1"].f1 == 1
        assert counts["cord.tree"] == Share(1, 1)
