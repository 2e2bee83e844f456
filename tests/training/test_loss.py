"""The partial-annotation loss against sums worked by hand."""

import math

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.annotated import AnnotatedPage  # noqa: E402
from pipeline.document import Box, Page, Token  # noqa: E402
from pipeline.labels import Label, LabelSet  # noqa: E402
from pipeline.training.loss import allowed_tags, partial_annotation_loss  # noqa: E402

LABELS = LabelSet(name="two", labels=(Label(name="x"), Label(name="y")))


def page(tags, annotated):
    tokens = tuple(Token("a", Box(0, 0, 1, 1)) for _ in tags)
    return AnnotatedPage("1", "test", Page(9, 9, tokens), tuple(tags), frozenset(annotated))


def test_outside_allows_what_the_source_does_not_annotate():
    assert allowed_tags(page(["O", "B-x"], {"x"}), LABELS) == [[1, 0, 0, 1, 1], [0, 1, 0, 0, 0]]


def test_outside_is_outside_where_all_labels_are_annotated():
    assert allowed_tags(page(["O"], {"x", "y"}), LABELS) == [[1, 0, 0, 0, 0]]


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
