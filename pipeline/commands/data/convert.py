"""``receipts data convert``: annotated data from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.commands.choices import engine_option
from pipeline.commands.console import work_progress
from pipeline.commands.data.common import (
    Data,
    FormatName,
    OcrCache,
    ToFormat,
    writable_format,
)
from pipeline.commands.exits import kept_ocr_results, usage_errors
from pipeline.progress import ReportingReader


def convert(
    path: Data,
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file or folder to write.")],
    format_name: FormatName,
    to: ToFormat = None,
    engine: Annotated[
        str | None,
        engine_option(
            "Read the images with this OCR engine and transfer the labels to its tokens; needed "
            "where annotations have boxes without text"
        ),
    ] = None,
    ocr_cache: OcrCache = None,
) -> None:
    """Convert annotated data to another format. Images are referred to, not copied.

    \b
    Exit codes:
      0    written
      2    the data cannot be read, or not be written in that format
      130  interrupted: nothing was written
    """
    with usage_errors(kept_ocr_results(ocr_cache)):
        from pipeline.data.formats import read
        from pipeline.data.ocr_tokens import with_ocr_tokens
        from pipeline.errors import ConfigError, writing
        from pipeline.ocr.cache import cached
        from pipeline.ocr.installed_engines import create_engine

        target = writable_format(to, output)
        if output.resolve() == path.resolve():
            raise ConfigError(f"{output}: is the input and the output")
        pages = list(read(format_name, path))
        if engine is not None:
            reader = cached(create_engine(engine), ocr_cache)
            total = sum(page.image is not None for page in pages)
            with work_progress(Console(stderr=True)) as progress:
                pages = list(with_ocr_tokens(pages, ReportingReader(reader, total, progress)))
        assert target.write is not None
        with writing(output):
            target.write(pages, output)
    typer.echo(f"{len(pages)} pages written to {output}", err=True)
