"""What is known of a receipt while it is extracted: its source, and the seconds of each stage."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from pipeline.errors import PipelineError
from pipeline.receipt import Receipt, Source
from pipeline.separation.read_receipt import ReadReceipt, goes_on, joined

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class ReadingRun:
    """The state of one page or receipt: its source and the seconds each stage has taken."""

    place: Source
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; unexpected exceptions become a PipelineError."""
        started = perf_counter()
        try:
            yield
        except PipelineError:
            raise
        except Exception as error:
            # The traceback goes to the log, the reason to the record.
            logger.exception("%s, page %d: %s failed", self.place.path, self.place.page, name)
            raise PipelineError(f"{name} failed: {type(error).__name__}: {error}") from error
        finally:
            before = self.seconds.get(name, 0.0)
            self.seconds[name] = round(before + perf_counter() - started, 4)

    def read_from(self, source: str) -> None:
        """Note where the page's words come from."""
        self.place = self.place.model_copy(update={"read_from": source})

    def of_receipt(self, receipt: ReadReceipt, count: int) -> ReadingRun:
        """The state of one of ``count`` receipts on the page, with its share of the seconds."""
        region = receipt.region
        place = self.place
        if region is not None:
            sides = tuple(round(side, 1) for side in region.as_tuple())
            place = place.model_copy(update={"region": sides})
        return ReadingRun(place, {name: _rounded(s / count) for name, s in self.seconds.items()})

    def with_next(self, receipt: ReadReceipt, following: ReadingRun) -> ReadingRun:
        """The state of a receipt that went on with the page of ``following``."""
        seconds = {
            name: _rounded(self.seconds.get(name, 0.0) + following.seconds.get(name, 0.0))
            for name in self.seconds | following.seconds
        }
        numbers = [part.number for part in receipt.parts]
        return ReadingRun(self.place.model_copy(update={"pages": numbers}), seconds)


RunOfReceipt = tuple[ReadReceipt, ReadingRun]


def over_pages(pages: Iterable[list[RunOfReceipt] | Receipt]) -> Iterator[RunOfReceipt | Receipt]:
    """The receipts of a file, those that go on over pages put together.

    Args:
        pages: the receipts on each page, or the record of a page that could not be read.
    """
    last: RunOfReceipt | None = None
    blank: list[RunOfReceipt] = []  # pages since ``last``, such as backs of sheets
    for page in pages:
        if isinstance(page, list) and last and _goes_on(last, page):
            receipt, run = page[0]
            whole = joined(last[0], receipt)
            last = whole, last[1].with_next(whole, run)
            continue
        if isinstance(page, list) and last and _is_blank(page):
            blank += page
            continue
        if last is not None:
            yield last
        yield from blank
        last, blank = None, []
        if isinstance(page, Receipt):
            yield page
        else:
            *before, last = page
            yield from before
    if last is not None:
        yield last
    yield from blank


def _is_blank(page: list[RunOfReceipt]) -> bool:
    return not any(receipt.page.tokens for receipt, _ in page)


def _goes_on(last: RunOfReceipt, page: list[RunOfReceipt]) -> bool:
    """Whether a receipt goes on with the next page, which must be of the same attachment."""
    (receipt, run), (_, following) = last, page[0]
    same_file = run.place.attachment == following.place.attachment
    return same_file and goes_on(receipt, [one for one, _ in page])


def _rounded(seconds: float) -> float:
    return round(seconds, 4)
