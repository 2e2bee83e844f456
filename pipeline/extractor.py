"""The extractor: composes the stages load, OCR, separate, tag and assemble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any, Self

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.approval import Approval
from pipeline.assembly.confidence.calibration import approval_of, load_calibration
from pipeline.config import RUN_SETTINGS, ExtractConfig
from pipeline.document import Page
from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_pages
from pipeline.documents.page_image import LoadedPage
from pipeline.documents.sources import ReceiptPath, ReceiptSource, content_of, name_of, sha256_of
from pipeline.errors import ConfigError, ImageError, PipelineError
from pipeline.labels import LabelSet
from pipeline.ocr.cache import cached
from pipeline.ocr.installed_engines import create_engine
from pipeline.page_reader import PageReader, PdfText, text_of
from pipeline.quality.measure import quality_of
from pipeline.reading_run import ReadingRun, RunOfReceipt, over_pages
from pipeline.receipt import KEY_FIELDS, REVIEW_BELOW, Contents, Quality, Receipt, Source
from pipeline.receipt_words import ReceiptWithWords
from pipeline.separation.placed import further_pages, placed, words_of
from pipeline.separation.read_receipt import ReadReceipt, receipts_of_text, receipts_on
from pipeline.tagging.load import load_tagger
from pipeline.tagging.types import Tagger


class Extractor:
    """Extracts typed records from receipt images; loads the models once, when it is created.

    Several threads may use one extractor at once; an OCR engine of your own must allow that too.
    """

    approval: Approval | None
    pdf_text: PdfText
    _config: ExtractConfig | None

    def __init__(self, config: ExtractConfig | None = None, **settings: Any) -> None:
        """Load the engine and the model.

        Args:
            config: all settings.
            settings: the keys of ``ExtractConfig``, such as ``engine="tesseract"`` or
                ``model="rules"``; they override ``config``.

        Raises:
            ConfigError: an unknown setting, one for worker processes only, an unknown engine or
                engine option, an unusable model, or an ``auto_approve`` that the model's
                calibration does not support.
            EngineUnavailable: the engine cannot run here; the message says what to install.
            TypeError: ``config`` is not an ``ExtractConfig``.
        """
        if not isinstance(config, ExtractConfig | None):
            raise TypeError(
                f"Extractor takes an ExtractConfig or settings by name, such as model='rules', "
                f"not a {type(config).__name__}"
            )
        _refuse_run_settings(settings)
        config = (config or ExtractConfig()).with_settings(settings)
        engine = create_engine(config.engine.name, config.engine.options)
        reader = cached(engine, config.ocr_cache)
        self._compose(reader, load_tagger(config.model), config.limits, config.review_below)
        if config.auto_approve is not None:
            self.approval = approval_of(
                self.calibration, config.auto_approve, config.approve_fields
            )
        self.pdf_text = config.pdf_text
        self._config = config

    @classmethod
    def of_parts(
        cls,
        engine: PageReader,
        tagger: Tagger,
        limits: ImageLimits | None = None,
        review_below: Mapping[str, float] = REVIEW_BELOW,
    ) -> Self:
        """Compose an existing engine and tagger."""
        extractor = cls.__new__(cls)
        extractor._compose(engine, tagger, limits or ImageLimits(), review_below)
        return extractor

    def _compose(
        self,
        engine: PageReader,
        tagger: Tagger,
        limits: ImageLimits,
        review_below: Mapping[str, float],
    ) -> None:
        self.engine = engine
        self.tagger = tagger
        self.limits = limits
        self.review_below = review_below
        self.calibration = load_calibration(tagger.folder)
        self.approval = None
        self.pdf_text = PdfText.TRUSTED
        self._config = None

    def extract(self, source: ReceiptSource, name: str | None = None) -> list[Receipt]:
        """Read every page of a file.

        Args:
            source: a path; the bytes of an image file or PDF, or a file object, opened in binary
                mode, that gives them; or one page as a Pillow image or a NumPy array of uint8,
                height x width x 3 (RGB) or height x width (grey).
            name: the records' ``source.path``; by default the path.

        Returns:
            One record per receipt, at least one. A receipt may be on several pages, and a page may
            hold several receipts; a mail has pages of its text and of its attachments. A file or
            page that cannot be read gives a record with the status ``error`` and the reason; pages
            before a damaged one are kept.

        Raises:
            TypeError: ``source`` is none of these; nothing else is raised.
        """
        return [
            one if isinstance(one, Receipt) else self._extract_receipt(*one)
            for one in self._receipts_in(source, name)
        ]

    def extract_with_words(
        self, source: ReceiptSource, name: str | None = None
    ) -> list[ReceiptWithWords]:
        """As ``extract``; each record comes with all words of its receipt."""
        records = []
        for one in self._receipts_in(source, name):
            if isinstance(one, Receipt):
                records.append(ReceiptWithWords(**dict(one)))
                continue
            receipt, run = one
            record = self._extract_receipt(receipt, run)
            records.append(ReceiptWithWords(**dict(record), words=words_of(receipt)))
        return records

    def _receipts_in(
        self, source: ReceiptSource, name: str | None
    ) -> Iterator[RunOfReceipt | Receipt]:
        """The receipts of a file, and the records of pages that cannot be read."""
        name = name or name_of(source)
        try:
            content = content_of(source, self.limits, name)
        except ImageError as error:
            yield self._failed(ReadingRun(Source(path=name, page=1, sha256=None)), error)
            return
        digest = sha256_of(content)
        yield from over_pages(
            self._read_pages(load_pages(content, self.limits, name), name, digest)
        )

    def extract_many(
        self, paths: Iterable[ReceiptPath], workers: int | None = None
    ) -> Iterator[list[Receipt]]:
        """Read many files in worker processes, which load engine and model again.

        A script calls this under ``if __name__ == "__main__":``, as the workers import it.

        Args:
            paths: of image files and PDFs, or addresses such as ``s3://bucket/a.jpg``. May be an
                endless iterator: paths are taken as the records are.
            workers: how many processes; by default the config's, or one per core.

        Returns:
            An iterator over the results of ``extract`` for each path, in their order. A file that
            cannot be read, crashes its worker, or exceeds the config's ``timeout`` or
            ``memory_limit`` gives a record with the status ``error`` and the reason. Identical
            files are read once.

        Raises:
            ConfigError: the extractor was made by ``of_parts``, or ``workers`` is less than 1.
            PipelineError: while iterating: a worker cannot be started.
            TypeError: ``paths`` is a single path; or, while iterating, one of them is not a path.
        """
        from pipeline.batch.many import read_many

        if self._config is None:
            raise ConfigError(
                "extract_many needs an Extractor made of settings: its workers cannot load the "
                "engine and tagger that were given to of_parts"
            )
        asked = {} if workers is None else {"workers": workers}
        config = self._config.with_settings(asked)
        return read_many(paths, config, partial(Extractor, config))

    def _read_pages(
        self, pages: Iterator[LoadedPage], name: str, digest: str | None
    ) -> Iterator[list[RunOfReceipt] | Receipt]:
        """The receipts on each page, or the record of one that cannot be read."""
        for number in count(1):
            run = ReadingRun(Source(path=name, page=number, sha256=digest))
            try:
                with run.stage("load"):
                    page = next(pages, None)
            except PipelineError as error:
                yield self._failed(run, error)
                return
            if page is None:
                return
            place = {"page": page.number, "attachment": page.attachment}
            run.place = run.place.model_copy(update=place)
            try:
                receipts = self._receipts_on(page, run)
            except PipelineError as error:
                yield self._failed(run, error)
                continue
            yield [(receipt, run.of_receipt(receipt, len(receipts))) for receipt in receipts]

    def _receipts_on(self, loaded: LoadedPage, run: ReadingRun) -> list[ReadReceipt]:
        with run.stage("load"):
            text = text_of(loaded, self.pdf_text)
            # Taggers that do not look at pictures need not wait for one to be rendered.
            is_needed = text is None or self.tagger.reads_images
            image = loaded.image if is_needed else None
        run.read_from("ocr" if text is None else "text")
        if text is not None:
            return receipts_of_text(text, image, run.place.page)
        with run.stage("ocr"):
            assert image is not None
            page = self.engine.read(image)
            return receipts_on(page, image, run.place.page, self.engine.read)

    def _extract_receipt(self, receipt: ReadReceipt, run: ReadingRun) -> Receipt:
        page = receipt.page
        try:
            with run.stage("tag"):
                image = receipt.image
                (tags,) = self.tagger.tag([page], None if image is None else [image])
            with run.stage("assemble"):
                contents = assemble(
                    page, tags, self.tagger.label_set, self.calibration, self.review_below
                )
                quality = quality_of(receipt, tags, contents)
        except PipelineError as error:
            return self._failed(run, error)
        return self._record(run, receipt, contents, quality)

    def _record(
        self, run: ReadingRun, receipt: ReadReceipt, contents: Contents, quality: Quality
    ) -> Receipt:
        reason = _why_partial(receipt.page, contents, self.tagger.label_set)
        on_pages = placed(contents, receipt)
        read = {name: getattr(on_pages, name) for name in Contents.model_fields}
        read["needs_review"] = contents.needs_review or reason is not None
        first = receipt.parts[0].placement
        return Receipt(
            source=run.place,
            status="ok" if reason is None else "partial",
            error=reason,
            size=first.size,
            rotation=first.rotation,
            further_pages=further_pages(receipt),
            quality=quality,
            approved=None if self.approval is None else self.approval.approves(contents),
            engine=self.engine.name,
            model=self.tagger.name,
            timings=run.seconds,
            **read,
        )

    def _failed(self, run: ReadingRun, error: PipelineError) -> Receipt:
        return Receipt(
            source=run.place,
            status="error",
            error=error.reason if isinstance(error, ImageError) else str(error),
            approved=None if self.approval is None else False,
            engine=self.engine.name,
            model=self.tagger.name,
            timings=run.seconds,
        )


def _refuse_run_settings(settings: Iterable[str]) -> None:
    names = [name for name in settings if name in RUN_SETTINGS]
    if names:
        raise ConfigError(
            f"settings: {', '.join(names)}: no effect on extract(), which reads in this process; "
            "extract_many() takes workers, and an ExtractConfig may hold all of "
            f"{', '.join(RUN_SETTINGS)}"
        )


def _why_partial(page: Page, contents: Contents, label_set: LabelSet) -> str | None:
    """The reason why a record is only partial; ``None`` if it is not."""
    if page.problem is not None:
        return page.problem
    if not page.tokens:
        return "no text was found on the page"
    missing = [
        name for name in KEY_FIELDS if name in label_set.names and getattr(contents, name) is None
    ]
    return f"not found: {', '.join(missing)}" if missing else None
