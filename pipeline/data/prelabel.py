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
from pipeline.documents.load import load_pages
from pipeline.documents.page_image import LoadedPage
from pipeline.labels import OUTSIDE, label_of
from pipeline.ocr.engine import OcrEngine
from pipeline.separation.read_receipt import ReadReceipt, receipts_of_text, receipts_on
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
            on their side, each of several receipts on a page.
    """

    engine: OcrEngine
    tagger: Tagger
    labels: tuple[str, ...]
    folder: Path
    copies: Path
    image_prefix: str = LOCAL_FILES

    def tasks(self, picture: Path) -> Iterator[dict[str, Any]]:
        """One task per page of a file, or per receipt on a page that holds several.

        Raises:
            PipelineError: the file cannot be read, or lies outside of the folder.
        """
        for position, loaded in enumerate(load_pages(picture), start=1):
            for place, receipt in enumerate(self._receipts_on(loaded), start=1):
                page = receipt.page
                (tags,) = self.tagger.tag([page], [receipt.images[0]])
                name = f"{picture.name}-{position}"
                if receipt.parts[0].is_region:
                    name += f"-{place}"
                image = self._image(picture, loaded, receipt, name)
                is_copy = image != picture
                annotated = AnnotatedPage(
                    id=Path(relative(image, self.folder)).with_suffix("").as_posix(),
                    source=SOURCE,
                    page=replace(page, rotation=0),
                    tags=tuple(
                        tag if label_of(tag) in self.labels else OUTSIDE for tag in tags.labels
                    ),
                    annotated=frozenset(self.labels),
                    image=image,
                    page_number=1 if is_copy else loaded.number,
                )
                yield predicted_task(
                    annotated, tags.probabilities, self.tagger.name, self.folder, self.image_prefix
                )

    def _receipts_on(self, loaded: LoadedPage) -> list[ReadReceipt]:
        text = loaded.text
        if text is not None:
            return receipts_of_text(text, loaded.image, loaded.number)
        page = self.engine.read(loaded.image)
        return receipts_on(page, loaded.image, loaded.number, self.engine.read)

    def _image(self, picture: Path, loaded: LoadedPage, receipt: ReadReceipt, name: str) -> Path:
        """The file itself, or a copy called ``name`` of the page or the receipt's part of it."""
        (image,), is_region = receipt.images, receipt.parts[0].is_region
        is_shown = picture.suffix.lower() in _SHOWN and loaded.number == 1
        if is_shown and not is_region and receipt.page.rotation == 0:
            return picture
        self.copies.mkdir(parents=True, exist_ok=True)
        assert image is not None  # asked for in _receipts_on
        copy = self.copies / f"{name}.jpg"
        image.save(copy, quality=95)
        return copy


def uncertain_first(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks in ascending order of their predictions' scores."""
    return sorted(tasks, key=lambda task: float(task["predictions"][0]["score"]))
