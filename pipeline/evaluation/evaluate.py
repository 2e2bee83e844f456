"""One tagger on one set of annotated pages: tags, fields and line items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from pipeline.assembly.assemble import assemble
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.fields import field_scores
from pipeline.evaluation.items import item_score
from pipeline.evaluation.tags import TagScores, tag_scores
from pipeline.tagging.types import Tagger


class Result(TypedDict):
    """One tagger's scores, as they stand in the JSON report.

    ``items`` is missing where no source annotates line items.
    """

    model: str
    tags: TagScores
    fields: dict[str, dict[str, float]]
    items: NotRequired[dict[str, float]]


def evaluate(tagger: Tagger, pages: Sequence[AnnotatedPage]) -> Result:
    """Scores of one tagger; the pages' tokens are what it reads, annotated or from OCR.

    Raises:
        ConfigError: seqeval or SciPy is not installed.
    """
    tags = tagger.tag([page.page for page in pages])
    contents = [
        assemble(page.page, of_page, tagger.label_set)
        for page, of_page in zip(pages, tags, strict=True)
    ]
    result = Result(
        model=tagger.name,
        tags=tag_scores(tags, pages),
        fields={
            name: score.as_dict()
            for name, score in field_scores(contents, pages, tagger.label_set).items()
        },
    )
    if any("item_description" in page.annotated for page in pages):
        result["items"] = item_score(contents, pages).as_dict()
    return result
