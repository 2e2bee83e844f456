"""Metrics against cases worked by hand."""

import datetime
from decimal import Decimal

import pytest

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token
from pipeline.evaluation.fields import field_scores
from pipeline.evaluation.items import match_items
from pipeline.evaluation.scores import Score, total
from pipeline.evaluation.tags import tag_scores
from pipeline.labels import load_label_set
from pipeline.receipt import Contents, Field, LineItem
from pipeline.tagging.types import Tags


@pytest.fixture(scope="module")
def labels(project):
    return load_label_set(project / "configs" / "labels" / "receipts.yaml")


def annotated(fields=(), annotated=("total", "date", "merchant_name"), tags=(), **more):
    tokens = tuple(Token("x", Box(0, 0, 1, 1)) for _ in tags)
    return AnnotatedPage(
        "1", "test", Page(9, 9, tokens), tuple(tags), frozenset(annotated), dict(fields), **more
    )


def field(value):
    return {"value": value, "text": str(value), "confidence": 1, "boxes": []}


def item(description, amount):
    return LineItem(
        description=Field[str](value=description, text="", confidence=1, boxes=[]),
        total=Field[Decimal](value=Decimal(amount), text="", confidence=1, boxes=[]),
    )


def test_precision_recall_and_f1():
    score = total([Score(1, 2, 1), Score(1, 1, 3)])
    assert (score.precision, score.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 4))
    assert score.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))
    assert Score().f1 == 0


def test_fields_are_compared_by_value_not_by_spelling(labels):
    truth = annotated({"total": "RM 9.00", "date": "25/12/2018", "merchant_name": "A.B. Sdn Bhd"})
    record = Contents(
        total=field(Decimal("9")),
        date=field(datetime.date(2018, 12, 25)),
        merchant_name=field("AB SDN BHD"),
    )
    scores = field_scores([record], [truth], labels)
    assert {name: score.f1 for name, score in scores.items()} == {
        "merchant_name": 1,
        "merchant_name~": 1,
        "date": 1,
        "total": 1,
    }


def test_a_field_that_is_not_there_is_a_false_positive(labels):
    record = Contents(total=field(Decimal(5)))
    assert field_scores([record], [annotated()], labels)["total"] == Score(0, 1, 0)


def test_labels_that_the_source_does_not_annotate_are_not_counted(labels):
    record = Contents(tip=field(Decimal(5)))
    assert "tip" not in field_scores([record], [annotated()], labels)


def test_a_published_date_counts_in_either_order_and_no_other(labels):
    truth = annotated({"date": "03/04/2018"})
    days = [datetime.date(2018, 3, 4), datetime.date(2018, 4, 3), datetime.date(2018, 4, 4)]
    scores = [field_scores([Contents(date=field(day))], [truth], labels)["date"].f1 for day in days]
    assert scores == [1, 1, 0]


def test_items_match_one_to_one():
    truth = ({"description": "Coffee", "total": "2.00"}, {"description": "Coffee", "total": "2.00"})
    assert match_items([item("Cofee", "2")], truth) == Score(1, 1, 2)
    assert match_items([item("Coffee", "2.10")], truth) == Score(0, 1, 2)
    assert match_items([], truth) == Score(0, 0, 2)


def test_the_assignment_finds_the_most_matches():
    # Taken greedily, "Tea large" could take the only partner of "Tea larg".
    truth = ({"description": "Tea large", "total": "3"}, {"description": "Tea larg", "total": "3"})
    assert match_items([item("Tea large", "3"), item("Tea larg", "3")], truth).correct == 2


def test_strict_tags_need_the_beginning_and_default_does_not():
    page = annotated(tags=("B-total", "I-total"))
    predicted = Tags(("I-total", "I-total"), (1.0, 1.0))
    scores = tag_scores([predicted], [page])
    assert scores["strict"]["micro avg"]["f1"] == 0
    assert scores["default"]["micro avg"]["f1"] == 1


def test_tags_of_labels_not_annotated_do_not_count_against():
    page = annotated(tags=("B-total", "O"))
    predicted = Tags(("B-total", "B-tip"), (1.0, 1.0))
    assert tag_scores([predicted], [page])["strict"]["micro avg"]["f1"] == 1
