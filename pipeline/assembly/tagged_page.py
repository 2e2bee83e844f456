"""The tagged page that all steps of assembly share: tokens, lines, tags, spans, conventions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.assembly.spans import Span, span_of, spans_of
from pipeline.assembly.thresholds import Thresholds, packaged_thresholds
from pipeline.assembly.values.conventions import Conventions, infer_conventions
from pipeline.document import Page, Token
from pipeline.labels import LabelSet, Role, Table, ValueType, label_of
from pipeline.tagging.types import Tags
from pipeline.text_lines.labelled_amounts import LabelledAmount, find_labelled_amounts
from pipeline.text_lines.lines import Line, read_lines


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """A page with its tags, and what follows from them; made by ``of``.

    A step that changes tokens or tags returns another ``TaggedPage``.

    Attributes:
        lines: the text lines, top to bottom.
        labelled_amounts: amounts that a key word labels, top to bottom.
        spans: what is tagged, in reading order.
        conventions: how the page writes numbers and dates.
        excluded: tokens of amounts that are not the receipt's, such as suggested tips.
        thresholds: how likely something must be to go beyond the tags.
    """

    page: Page
    tags: Tags
    label_set: LabelSet
    lines: tuple[Line, ...]
    labelled_amounts: tuple[LabelledAmount, ...]
    spans: tuple[Span, ...]
    conventions: Conventions
    excluded: frozenset[int] = frozenset()
    thresholds: Thresholds = field(default_factory=packaged_thresholds)

    @classmethod
    def of(
        cls, page: Page, tags: Tags, label_set: LabelSet, conventions: Conventions | None = None
    ) -> TaggedPage:
        """Read lines, spans and, unless given, conventions from a page and the tags of its tokens.

        Raises:
            ValueError: the tags are not aligned with the page's tokens, or not valid IOB2.
        """
        spans = tuple(spans_of(page, tags))
        lines = tuple(read_lines(page))
        return cls(
            page=page,
            tags=tags,
            label_set=label_set,
            lines=lines,
            labelled_amounts=tuple(find_labelled_amounts(lines)),
            spans=spans,
            conventions=conventions or _conventions(page, spans, label_set),
        )

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.page.tokens

    def with_tokens(self, page: Page, tags: Tags) -> TaggedPage:
        """The page with other tokens and their tags, the same conventions and thresholds."""
        changed = TaggedPage.of(page, tags, self.label_set, self.conventions)
        return replace(changed, thresholds=self.thresholds)

    def with_tags(self, tags: Tags) -> TaggedPage:
        """The page with other tags of the same tokens."""
        if tags is self.tags:
            return self
        return replace(self, tags=tags, spans=tuple(spans_of(self.page, tags)))

    def line_of(self, token: int) -> Line:
        """The text line that a token stands on."""
        return next(line for line in self.lines if token in line.tokens)

    def label_at(self, token: int) -> str | None:
        """The label that a token is tagged with, ``None`` for an untagged one."""
        return label_of(self.tags.labels[token])

    def spans_of(self, label: str) -> list[Span]:
        return [span for span in self.spans if span.label == label]

    def labels_with(self, *roles: Role) -> frozenset[str]:
        """The names of the labels that have one of these roles."""
        return frozenset(label.name for role in roles for label in self.label_set.with_role(role))

    def columns(self) -> Mapping[str, str]:
        """The line items' columns, each with the name of its label; without amounts that are a
        part of the summary's."""
        labels = self.label_set.of_table(Table.ITEMS)
        return {label.column: label.name for label in labels if label.column and not label.adds_to}

    def labelled_by_token(self) -> dict[int, LabelledAmount]:
        """The strongest label that a key word gives the amount at a token."""
        found: dict[int, LabelledAmount] = {}
        for amount in self.labelled_amounts:
            known = found.get(amount.token)
            if known is None or known.strength < amount.strength:
                found[amount.token] = amount
        return found

    def span(self, label: str, tokens: Sequence[int]) -> Span:
        """The tokens (ascending, at least one) as one span."""
        return span_of(self.page, self.tags, label, tokens)

    def joined(self, spans: Sequence[Span]) -> Span:
        """One span of all the tokens, with the first span's label.

        Raises:
            IndexError: there are no spans.
        """
        tokens = sorted({index for span in spans for index in span.tokens})
        return self.span(spans[0].label, tokens)

    def split_at_lines(self, span: Span) -> list[Span]:
        """The parts of a span on each text line, top to bottom."""
        return [
            self.span(span.label, [i for i in span.tokens if self.tokens[i].line == line])
            for line in span.lines
        ]

    def extended(self, span: Span, belongs: Callable[[int], bool]) -> Span:
        """The span with the tokens right before and after it that belong to it, on its lines."""
        tokens = list(span.tokens)
        while self._are_neighbours(tokens[0] - 1, tokens[0]) and belongs(tokens[0] - 1):
            tokens.insert(0, tokens[0] - 1)
        while self._are_neighbours(tokens[-1] + 1, tokens[-1]) and belongs(tokens[-1] + 1):
            tokens.append(tokens[-1] + 1)
        return span if len(tokens) == len(span.tokens) else self.span(span.label, tokens)

    def _are_neighbours(self, token: int, beside: int) -> bool:
        """Whether there is a token ``token``, on the line of the one beside it."""
        return 0 <= token < len(self.tokens) and self.tokens[token].line == self.tokens[beside].line


def _conventions(page: Page, spans: Sequence[Span], label_set: LabelSet) -> Conventions:
    amounts, dates = (
        [span.text for span in spans if label_set[span.label].type is kind]
        for kind in (ValueType.AMOUNT, ValueType.DATE)
    )
    return infer_conventions(page, amounts, dates)
