"""Create Label Studio tasks from pictures, prelabelled by OCR and a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import relative
from pipeline.data.label_studio.images import LOCAL_FILES
from pipeline.data.label_studio.read import SOURCE
from pipeline.data.label_studio.write import predicted_task
from pipeline.document import Page
from pipeline.documents.load import load_pages
from pipeline.documents.page_image import LoadedPage
from pipeline.labels import OUTSIDE, label_of
from pipeline.ocr.engine import OcrEngine
from pipeline.page_reader import words_of
from pipeline.rotation import turned
from pipeline.tagging.types import Tagger

# Formats of one page that browsers display.
_SHOWN = frozenset((".bmp", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"))


@dataclass(frozen=True, slots=True)
class Prelabeller:
    """Reads pictures and tags them.

    Attributes:
        labels: that annotators can choose from; what the model tags with others is ``O``.
        folder: of the task file; pictures must lie in it, unless ``image_prefix`` is a URL.
        copies: where a page goes as a picture of its own, if a browser would not show its
            file as the engine read it: pages of a PDF, frames of a TIFF, pictures that lie
            on their side.
    """

    engine: OcrEngine
    tagger: Tagger
    labels: tuple[str, ...]
    folder: Path
    copies: Path
    image_prefix: str = LOCAL_FILES

    def tasks(self, picture: Path) -> Iterator[dict[str, Any]]:
        """One task per page of a file.

        Raises:
            PipelineError: the file cannot be read, or lies outside of the folder.
        """
        for position, loaded in enumerate(load_pages(picture), start=1):
            page = words_of(loaded, self.engine)
            (tags,) = self.tagger.tag([page], [turned(loaded.image, page.rotation)])
            image = self._image(picture, loaded, page, position)
            is_copy = image != picture
            annotated = AnnotatedPage(
                id=Path(relative(image, self.folder)).with_suffix("").as_posix(),
                source=SOURCE,
                page=replace(page, rotation=0),
                tags=tuple(tag if label_of(tag) in self.labels else OUTSIDE for tag in tags.labels),
                annotated=frozenset(self.labels),
                image=image,
                page_number=1 if is_copy else loaded.number,
            )
            yield predicted_task(
                annotated, tags.probabilities, self.tagger.name, self.folder, self.image_prefix
            )

    def _image(self, picture: Path, loaded: LoadedPage, page: Page, position: int) -> Path:
        if picture.suffix.lower() in _SHOWN and page.rotation == 0 and loaded.number == 1:
            return picture
        self.copies.mkdir(parents=True, exist_ok=True)
        copy = self.copies / f"{picture.name}-{position}.jpg"
        turned(loaded.image, page.rotation).save(copy, quality=95)
        return copy


def uncertain_first(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks in ascending order of their predictions' scores."""
    return sorted(tasks, key=lambda task: float(task["predictions"][0]["score"]))
