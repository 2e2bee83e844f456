"""The partial-annotation loss against sums worked by hand."""

import math
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.annotated import AnnotatedPage  # noqa: E402
from pipeline.document import Box, Page, Token  # noqa: E402
from pipeline.labels import Label, LabelSet  # noqa: E402
from pipeline.training.loss import (  # noqa: E402
    allowed_tags,
    label_weights,
    partial_annotation_loss,
)

LABELS = LabelSet(name="two", labels=(Label(name="x"), Label(name="y")))


def page(tags, annotated):
    tokens = tuple(Token("a", Box(0, 0, 1, 1)) for _ in tags)
    return AnnotatedPage("1", "test", Page(9, 9, tokens), tuple(tags), frozenset(annotated))


def test_outside_allows_what_the_source_does_not_annotate():
    assert allowed_tags(page(["O", "B-x"], {"x"}), LABELS) == [[1, 0, 0, 1, 1], [0, 1, 0, 0, 0]]


def test_outside_is_outside_where_all_labels_are_annotated():
    assert allowed_tags(page(["O"], {"x", "y"}), LABELS) == [[1, 0, 0, 0, 0]]


def test_a_label_that_was_not_found_on_its_page_may_be_any_token_of_it():
    lost = replace(page(["O", "B-y"], {"x", "y"}), unaligned=("x",))
    assert allowed_tags(lost, LABELS) == [[1, 1, 1, 0, 0], [0, 0, 0, 1, 0]]


@pytest.mark.parametrize(
    ("balance", "expected"),
    [(0.0, {"O": 1, "B-x": 1, "I-x": 1}), (1.0, {"O": 4 / 6, "B-x": 4 / 2, "I-x": 4 / 2})],
)
def test_balance_weighs_tokens_or_labels_alike(balance, expected):
    weights = label_weights([page(["O", "O", "O", "B-x"], {"x"})], LABELS, balance)
    assert {tag: weights[tag] for tag in expected} == pytest.approx(expected)


def test_a_piece_counts_as_much_as_it_weighs():
    logits = torch.tensor([[[0.0, 0, 0, 0, 0], [9.0, 0, 0, 0, 0]]])
    allowed = torch.tensor([[[1.0, 0, 0, 0, 0], [1.0, 0, 0, 0, 0]]])
    first = partial_annotation_loss(logits, allowed, torch.tensor([[3.0, 0.0]]))
    assert first.item() == pytest.approx(math.log(5))


def test_loss_is_minus_log_of_the_allowed_mass():
    probabilities = torch.tensor([[[0.1, 0.2, 0.3, 0.15, 0.25]]])
    allowed = torch.tensor([[[1.0, 0, 0, 1, 1]]])
    assert partial_annotation_loss(probabilities.log(), allowed).item() == pytest.approx(
        -math.log(0.5), abs=1e-5
    )


def test_pieces_that_allow_nothing_do_not_count():
    logits = torch.zeros((1, 3, 5))
    allowed = torch.zeros((1, 3, 5))
    allowed[0, 1, 0] = 1
    assert partial_annotation_loss(logits, allowed).item() == pytest.approx(math.log(5))


def test_gradient_is_finite_where_one_tag_is_allowed():
    logits = torch.zeros((1, 1, 5), requires_grad=True)
    partial_annotation_loss(logits, torch.tensor([[[0.0, 1, 0, 0, 0]]])).backward()
    assert torch.isfinite(logits.grad).all()
