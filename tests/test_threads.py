"""One extractor in several threads gives the records that it gives in one."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from extraction_fakes import GOOD, fake_extractor
from PIL import Image

from pipeline.documents.load import load_pages, page_size
from pipeline.extractor import Extractor
from pipeline.receipt import Receipt


def read(extractor: Extractor, path: Path) -> list[Receipt]:
    return [one.model_copy(update={"timings": {}}) for one in extractor.extract(path)]


def test_the_samples(project: Path) -> None:
    samples = project / "data" / "samples"
    paths = [samples / name for name in ("two-receipts.pdf", "cafe-fr.jpg")]
    extractor = Extractor()
    serial = [read(extractor, path) for path in paths]
    with ThreadPoolExecutor(4) as threads:
        parallel = list(threads.map(lambda path: read(extractor, path), paths * 2))
    assert parallel == serial * 2
    assert [len(records) for records in serial] == [2, 1]


class Alone:
    """Wraps functions and notes whether two threads are ever in one of them at once."""

    def __init__(self) -> None:
        self._threads: set[int] = set()
        self.calls = 0
        self.met = False

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            me = threading.get_ident()
            is_outermost = me not in self._threads
            self._threads.add(me)
            self.calls += 1
            self.met |= len(self._threads) > 1
            time.sleep(0.001)
            try:
                return function(*arguments, **named)
            finally:
                if is_outermost:
                    self._threads.discard(me)

        return call


def test_pdfium_is_used_by_one_thread_at_a_time(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "data" / "samples" / "two-receipts.pdf"
    alone = Alone()
    for kind, names in (
        (pypdfium2.PdfDocument, ("__init__", "__len__", "get_page", "close")),
        (pypdfium2.PdfPage, ("get_size", "render", "close")),
        (pypdfium2.PdfBitmap, ("to_pil", "close")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, alone.wrapped(getattr(kind, name)))

    def use(_: int) -> None:
        assert len(list(load_pages(path))) == 2
        next(load_pages(path))  # a page is left: the document is closed all the same
        page_size(path, 2)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(use, range(8)))
    assert alone.calls > 100
    assert not alone.met


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_the_warning_filters_of_the_process_stay_as_they_were() -> None:
    buffer = BytesIO()
    Image.new("RGB", (40, 40), GOOD).save(buffer, "PNG")
    extractor, before = fake_extractor(), list(warnings.filters)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(extractor.extract, [buffer.getvalue()] * 300))
    assert warnings.filters == before
