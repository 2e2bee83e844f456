"""Compare tags with annotated tags: seqeval's entities, WildReceipt's boxes, confusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page, Token
from pipeline.evaluation.cases import Case, tag_pages
from pipeline.evaluation.scores import Score, total
from pipeline.install import needs
from pipeline.labels import OUTSIDE, label_of
from pipeline.tagging.types import Tagger, Tags

_SEQEVAL = "tag scores need seqeval"

# An entity: its label, first and last token.
Entity = tuple[str, int, int]


def tag_scores(tags: Sequence[Tags], pages: Sequence[AnnotatedPage]) -> dict[str, Any]:
    """Precision, recall and F1 per label and over all (micro), strict and default.

    seqeval's default mode counts ``I-x I-x`` as right where the truth is ``B-x I-x``;
    strict mode with the scheme IOB2 does not. Predictions of labels that a page's source
    does not annotate are not counted.

    Raises:
        ConfigError: seqeval is not installed.
    """
    with needs(_SEQEVAL, "evaluate"):
        from seqeval.metrics import classification_report
        from seqeval.scheme import IOB2
    truth = [list(page.tags) for page in pages]
    predicted = [
        _countable(of_page.labels, page) for of_page, page in zip(tags, pages, strict=True)
    ]
    if not any(tag != OUTSIDE for sequence in truth for tag in sequence):
        return {"strict": {}, "default": {}}
    options = {"output_dict": True, "zero_division": 0}
    return {
        "strict": _plain(
            classification_report(truth, predicted, mode="strict", scheme=IOB2, **options)
        ),
        "default": _plain(classification_report(truth, predicted, **options)),
    }


def scores_by_source(tagger: Tagger, pages: Sequence[AnnotatedPage]) -> dict[str, dict[str, Any]]:
    """``tag_scores`` for each source's pages, annotated boxes and OCR tokens together.

    A page that is given twice counts once.
    """
    by_source: dict[str, dict[tuple[str, Page], AnnotatedPage]] = {}
    for page in pages:
        by_source.setdefault(page.source, {})[page.id, page.page] = page
    distinct = {source: list(found.values()) for source, found in by_source.items()}
    return {
        source: tag_scores(tag_pages(tagger, [(page.page, page) for page in found]), found)
        for source, found in distinct.items()
    }


def micro_f1(scores: Mapping[str, Any]) -> float:
    """The strict micro-averaged F1 of a result of ``tag_scores``; 0 without true entities."""
    return float(scores["strict"].get("micro avg", {}).get("f1", 0.0))


def tag_figures(labels: Iterable[str], has_boxes: bool) -> Iterator[str]:
    """The names of the figures that ``tag_counts`` and, with boxes, ``box_counts`` may have."""
    for label in sorted(labels):
        yield from (f"tags.strict.{label}", f"tags.default.{label}")
        if has_boxes:
            yield f"tags.boxes.{label}"
    yield from ("tags.strict.micro", "tags.default.micro")


def tag_counts(case: Case) -> dict[str, Score]:
    """Counts of one receipt: ``tags.strict.LABEL`` and ``tags.default.LABEL`` and their
    micro-averages.

    Entities are seqeval's, so that the sums over receipts are its report (``tag_scores``).
    Empty where the annotation could not be carried over to the tokens read.

    Raises:
        ConfigError: seqeval is not installed.
    """
    gold = case.reading.gold
    if gold is None:
        return {}
    predicted = _countable(case.tags.labels, case.truth)
    counts: dict[str, Score] = {}
    for mode, entities in (("strict", _strict_entities), ("default", _default_entities)):
        true, found = entities(list(gold)), entities(predicted)
        labels = sorted({entity[0] for entity in true | found})
        by_label = {label: _score(true, found, label) for label in labels}
        counts |= {f"tags.{mode}.{label}": score for label, score in by_label.items()}
        counts[f"tags.{mode}.micro"] = total(by_label.values())
    return counts


def box_counts(case: Case) -> dict[str, Score]:
    """Counts of one receipt: ``tags.boxes.LABEL``, annotated boxes classified as SDMG-R counts.

    A box's class is the commonest label among its labelled tokens, or none. The macro
    average over the labels is the ``macro_f1`` of MMOCR's WildReceipt configuration
    (SDMG-R, Sun et al. 2021), which leaves the classes Ignore, keys and Others out.
    Only tokens from annotated boxes have such boxes.
    """
    gold, predicted = case.truth.tags, _countable(case.tags.labels, case.truth)
    boxes = list(annotated_boxes(case.truth.page))
    true = [_class_of(gold, box) for box in boxes]
    found = [_class_of(predicted, box) for box in boxes]
    pairs = list(zip(found, true, strict=True))
    return {
        f"tags.boxes.{label}": Score(
            pairs.count((label, label)), found.count(label), true.count(label)
        )
        for label in sorted(case.truth.annotated)
    }


def annotated_boxes(page: Page) -> Iterator[list[int]]:
    """The tokens, by index, that were split from one annotated box.

    Readers cut a box in proportion to its characters (``word_tokens``): tokens of one box
    have its top, its bottom and its width a character, and stand a character or more apart.
    """
    box: list[int] = []
    for index, token in enumerate(page.tokens):
        if box and not _of_one_box(page.tokens[index - 1], token):
            yield box
            box = []
        box.append(index)
    if box:
        yield box


def _of_one_box(before: Token, token: Token) -> bool:
    def pitch(of: Token) -> float:
        return of.box.width / len(of.text)

    gap = token.box.x0 - before.box.x1
    return (
        before.line == token.line
        and (before.box.y0, before.box.y1) == (token.box.y0, token.box.y1)
        and abs(pitch(before) - pitch(token)) < 1e-6 * max(1.0, pitch(token))
        and abs(gap / max(pitch(token), 1e-9) - round(gap / max(pitch(token), 1e-9))) < 1e-3
    )


def confusion(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """True label to predicted label to number of tokens; both include ``O``."""
    counts: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.reading.gold is None:
            continue
        predicted = _countable(case.tags.labels, case.truth)
        for true, found in zip(case.reading.gold, predicted, strict=True):
            row = counts.setdefault(label_of(true) or OUTSIDE, {})
            name = label_of(found) or OUTSIDE
            row[name] = row.get(name, 0) + 1
    return {true: dict(sorted(row.items())) for true, row in sorted(counts.items())}


def _countable(tags: Sequence[str], page: AnnotatedPage) -> list[str]:
    return [tag if label_of(tag) in page.annotated else OUTSIDE for tag in tags]


def _strict_entities(tags: list[str]) -> set[Entity]:
    with needs(_SEQEVAL, "evaluate"):
        from seqeval.scheme import IOB2, Entities
    (entities,) = Entities([tags], IOB2).entities
    return {(entity.tag, entity.start, entity.end) for entity in entities}


def _default_entities(tags: list[str]) -> set[Entity]:
    with needs(_SEQEVAL, "evaluate"):
        from seqeval.metrics.sequence_labeling import get_entities
    return set(get_entities(tags))


def _score(true: set[Entity], found: set[Entity], label: str) -> Score:
    of_true = {entity for entity in true if entity[0] == label}
    of_found = {entity for entity in found if entity[0] == label}
    return Score(len(of_true & of_found), len(of_found), len(of_true))


def _class_of(tags: Sequence[str], box: Sequence[int]) -> str | None:
    labels = Counter(label_of(tags[index]) for index in box if tags[index] != OUTSIDE)
    return labels.most_common(1)[0][0] if labels else None


def _plain(report: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The report without NumPy numbers and unused averages."""
    wanted = {name: row for name, row in report.items() if name in ("micro avg", "macro avg")}
    labels = {name: row for name, row in report.items() if not name.endswith(" avg")}
    return {
        name: {key.replace("-score", ""): round(float(value), 4) for key, value in row.items()}
        for name, row in {**labels, **wanted}.items()
    }
