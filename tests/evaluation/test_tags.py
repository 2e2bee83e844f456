"""Tags by hand and against seqeval's own report and scikit-learn's F1."""

import random

import pytest
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from sklearn.metrics import confusion_matrix, f1_score
from small_receipts import HEADERS, annotated, case, page_of

from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page
from pipeline.evaluation.scores import Score, add_up
from pipeline.evaluation.tags import (
    annotated_boxes,
    box_counts,
    confusion,
    tag_counts,
    tag_scores,
)
from pipeline.tagging.types import Tags

TAGS = ("O", "B-total", "I-total", "B-date", "I-date")


def test_strict_tags_need_the_beginning_and_default_does_not():
    counts = tag_counts(case(annotated(tags=("B-total", "I-total")), tags=("I-total", "I-total")))
    assert counts["tags.strict.micro"].f1 == 0
    assert counts["tags.default.micro"].f1 == 1


def test_tags_of_labels_not_annotated_do_not_count_against():
    counts = tag_counts(case(annotated(tags=("B-total", "O")), tags=("B-total", "B-tip")))
    assert counts["tags.strict.micro"] == Score(1, 1, 1)


def test_counts_by_receipt_add_up_to_seqevals_report():
    rng = random.Random(0)
    cases = [
        case(
            annotated(tags=[rng.choice(TAGS) for _ in range(30)]),
            tags=[rng.choice(TAGS) for _ in range(30)],
        )
        for _ in range(20)
    ]
    sums = add_up([tag_counts(one) for one in cases])
    truth = [list(one.truth.tags) for one in cases]
    found = [list(one.tags.labels) for one in cases]
    for mode, options in (("strict", {"mode": "strict", "scheme": IOB2}), ("default", {})):
        report = classification_report(truth, found, output_dict=True, zero_division=0, **options)
        for label in ("total", "date"):
            score = sums[f"tags.{mode}.{label}"]
            assert score.precision == pytest.approx(report[label]["precision"])
            assert score.recall == pytest.approx(report[label]["recall"])
            assert score.true == report[label]["support"]
        assert sums[f"tags.{mode}.micro"].f1 == pytest.approx(report["micro avg"]["f1-score"])
    whole = tag_scores([one.tags for one in cases], [one.truth for one in cases])
    assert whole["strict"]["micro avg"]["f1"] == round(sums["tags.strict.micro"].f1, 4)


def test_no_tag_figures_where_the_annotation_could_not_be_carried_over():
    read = page_of("9.00")
    assert tag_counts(case(annotated(tags=("B-total",)), tags=("B-total",), page=read)) == {}


def test_training_scores_without_truth_are_empty():
    page = annotated(tags=("O",))
    assert tag_scores([Tags(("O",), (1.0,))], [page]) == {"strict": {}, "default": {}}


def boxes_page(*texts):
    """Each text a box on one row, sixty pixels apart."""
    tokens = []
    for number, text in enumerate(texts):
        box = Box(100 * number, 0, 100 * number + 40, 15)
        tokens += word_tokens(split_words(text), len(text), box, 0)
    return Page(400, 20, tuple(tokens))


def test_words_of_one_annotated_box_are_found_together():
    page = boxes_page("TOTAL DUE", "RM 9.00", "x")
    assert list(annotated_boxes(page)) == [[0, 1], [2, 3], [4]]


def test_boxes_are_classified_by_their_commonest_label():
    page = boxes_page("ACME LTD", "TOTAL", "RM 9.00")
    truth = annotated(page=page, tags=("B-merchant_name", "I-merchant_name", "O", "O", "B-total"))
    found = ("B-merchant_name", "O", "B-total", "O", "B-total")
    counts = box_counts(case(truth, tags=found))
    assert counts["tags.boxes.merchant_name"] == Score(1, 1, 1)
    assert counts["tags.boxes.total"] == Score(1, 2, 1)
    assert counts["tags.boxes.date"] == Score(0, 0, 0)


def test_the_macro_average_over_boxes_is_scikit_learns():
    rng = random.Random(1)
    labels = ("O", *(f"B-{name}" for name in HEADERS))
    truth = [rng.choice(labels) for _ in range(300)]
    found = [rng.choice(labels) for _ in range(300)]
    page = page_of(*("x" for _ in truth))
    counts = box_counts(case(annotated(page=page, tags=truth), tags=found))
    ours = sum(score.f1 for score in counts.values()) / len(counts)
    wanted = f1_score(truth, found, labels=labels[1:], average="macro")
    assert ours == pytest.approx(wanted)


def test_the_confusions_are_scikit_learns():
    rng = random.Random(2)
    names = ("O", *HEADERS)
    truth, found = ([rng.choice(names) for _ in range(200)] for _ in range(2))
    tags = [[name if name == "O" else f"B-{name}" for name in of] for of in (truth, found)]
    ours = confusion([case(annotated(tags=tags[0]), tags=tags[1])])
    assert [[ours[true][name] for name in names] for true in names] == confusion_matrix(
        truth, found, labels=names
    ).tolist()


def test_confusions_count_tokens():
    truth = annotated(tags=("B-total", "I-total", "O", "B-date"))
    found = ("B-total", "O", "B-date", "B-date")
    assert confusion([case(truth, tags=found)]) == {
        "O": {"date": 1},
        "date": {"date": 1},
        "total": {"O": 1, "total": 1},
    }
