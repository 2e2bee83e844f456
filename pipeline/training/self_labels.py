"""Self-training: label receipts by a model's own reading, where their sums confirm it.

Only what the model is sure of becomes a label; all else is left open, as in partly annotated
sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.calibration import Calibration
from pipeline.assembly.confidence.final_fields import FinalField, final_fields
from pipeline.assembly.field_tokens import tokens_of
from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page
from pipeline.documents.load import load_pages
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, LabelSet, label_of, tag_of
from pipeline.page_reader import PageReader, words_of
from pipeline.receipt import Contents
from pipeline.separation.read_receipt import receipts_on
from pipeline.tagging.types import Tagger, Tags

SOURCE = "self-labelled"
_OF_TOTAL = ("=total", "=subtotal")


@dataclass(frozen=True, slots=True)
class SelfLabeller:
    """Reads and labels files.

    Attributes:
        calibration: of the tagger.
        least: the confidence that a field needs, from 0.5 to 1.
    """

    engine: PageReader
    tagger: Tagger
    calibration: Calibration
    least: float

    def receipts(self, path: Path) -> Iterator[AnnotatedPage]:
        """The receipts of a file whose sums confirm what was read, one a page.

        Raises:
            PipelineError: the file cannot be read, or a page of it holds several receipts.
        """
        for loaded in load_pages(path):
            page = words_of(loaded, self.engine)
            (receipt, *others) = receipts_on(page, loaded.image, loaded.number, self.engine.read)
            if others:
                raise DataError(f"{path}: page {loaded.number} holds several receipts")
            (tags,) = self.tagger.tag([page], [receipt.image])
            contents = assemble(page, tags, self.tagger.label_set, self.calibration)
            if is_confirmed(contents):
                sure, labels = sure_tags(page, tags, contents, self.tagger.label_set, self.least)
                name = path.stem if loaded.number == 1 else f"{path.stem}-{loaded.number}"
                yield AnnotatedPage(
                    name, SOURCE, page, labels, sure, image=path, page_number=loaded.number
                )


def is_confirmed(contents: Contents) -> bool:
    """Whether the amounts make up the total or the subtotal, and no check fails."""
    confirmed = any(check.ok and check.rule.endswith(_OF_TOTAL) for check in contents.checks)
    return confirmed and all(check.ok for check in contents.checks)


def sure_tags(
    page: Page, tags: Tags, contents: Contents, label_set: LabelSet, least: float
) -> tuple[frozenset[str], tuple[str, ...]]:
    """The labels that can count as annotated, and tags of those.

    A label can if each of its fields has at least the confidence ``least`` and no token outside
    reaches the probability ``1 - least`` of it. Tokens that repeat a field are labelled as the
    tagger did.

    Args:
        page: its tokens, which were tagged.
        contents: assembled from them, with calibrated confidences.
    """
    found: dict[str, list[tuple[int, ...]]] = {}
    doubted: set[str] = set()
    for one in final_fields(contents, label_set):
        tokens = tokens_of(one.field.text, one.field.boxes, page.tokens)
        label = _label(one, tokens, tags, label_set)
        found.setdefault(label, []).append(tuple(tokens))
        if one.field.confidence < least or not tokens:
            doubted.add(label)
    for label in label_set.names:
        found.setdefault(label, []).extend(_repeated(label, found.get(label, ()), page, tags))
    sure = frozenset(
        name
        for name in label_set.names
        if name not in doubted and _is_nowhere_else(name, found[name], tags, 1 - least)
    )
    kept = {label: places for label, places in found.items() if label in sure}
    return sure, _tags(kept, len(page.tokens))


def _label(one: FinalField, tokens: Sequence[int], tags: Tags, label_set: LabelSet) -> str:
    """The field's label. Of several labels of one column the tagger has chosen."""
    if one.table is None:
        return one.label
    of_column = {
        label.name for label in label_set.of_table(one.table) if label.column == one.column
    }
    chosen = (label_of(tags.labels[token]) for token in tokens)
    return next((label for label in chosen if label in of_column), one.label)


def _repeated(
    label: str, places: Sequence[Sequence[int]], page: Page, tags: Tags
) -> list[tuple[int, ...]]:
    """Further tokens that are tagged with the label and have the text of one of its fields: totals
    and dates are often printed twice."""
    own = {token for tokens in places for token in tokens}
    texts = {page.tokens[token].text for token in own}
    return [
        (token,)
        for token, tag in enumerate(tags.labels)
        if token not in own and label_of(tag) == label and page.tokens[token].text in texts
    ]


def _is_nowhere_else(name: str, places: Iterable[Sequence[int]], tags: Tags, most: float) -> bool:
    own = {token for tokens in places for token in tokens}
    others = (token for token in range(len(tags.labels)) if token not in own)
    return all(tags.score(name, [token]) <= most for token in others)


def _tags(places: Mapping[str, Sequence[Sequence[int]]], count: int) -> tuple[str, ...]:
    tags = [OUTSIDE] * count
    for label, spans in places.items():
        for tokens in spans:
            for token in tokens:
                tags[token] = tag_of(label, inside=token - 1 in tokens)
    return tuple(tags)
