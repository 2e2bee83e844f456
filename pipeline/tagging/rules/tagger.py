"""The rule-based tagger: key words, patterns and positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image

from pipeline.document import Page
from pipeline.labels import OUTSIDE, LabelSet, tag_of
from pipeline.tagging.rules.header import merchant_spans, phone_spans, visit_spans
from pipeline.tagging.rules.items import item_lines, item_spans
from pipeline.tagging.rules.rule_span import RuleSpan
from pipeline.tagging.rules.summary import summary_spans
from pipeline.tagging.types import Tags
from pipeline.text_lines.labelled_amounts import find_labelled_amounts
from pipeline.text_lines.lines import read_lines

UNSAID = 0.5  # the probability given to tokens that no rule speaks of


class RuleTagger:
    """Tags with the labels that both the rules and the label set have.

    The rules know the names of ``configs/labels/receipts.yaml``; any other label of the
    set never comes out. Probabilities are the rules' fixed strengths: they rank the spans
    of a page and are not calibrated.
    """

    name = "rules"
    reads_images = False
    folder = None

    def __init__(self, label_set: LabelSet) -> None:
        self.label_set = label_set

    def tag(
        self, pages: Sequence[Page], images: Sequence[Image.Image | None] | None = None
    ) -> list[Tags]:
        return [self._tag(page) for page in pages]

    def _tag(self, page: Page) -> Tags:
        tags = [OUTSIDE] * len(page.tokens)
        strengths = [UNSAID] * len(page.tokens)
        known = frozenset(self.label_set.names)
        for span in _spans(page):
            if span.label in known and all(tags[index] == OUTSIDE for index in span.tokens):
                for place, index in enumerate(span.tokens):
                    tags[index] = tag_of(span.label, inside=place > 0)
                    strengths[index] = span.strength
        return Tags(tuple(tags), tuple(strengths))


def _spans(page: Page) -> Iterator[RuleSpan]:
    """The spans of all rules, the most certain rules first: a token takes its first label."""
    lines = read_lines(page)
    labelled = find_labelled_amounts(lines)
    items = item_lines(lines, labelled)
    yield from visit_spans(lines)
    yield from summary_spans(lines, labelled)
    yield from phone_spans(lines, items.start)
    yield from merchant_spans(lines[: items.start])
    yield from item_spans(lines, items, labelled)
