"""`receipts show`: draw the fields of a receipt on its page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.choices import engine_option
from pipeline.commands.exits import ExitCode, print_error, usage_errors
from pipeline.commands.settings import ConfigFile, ModelName, settings_of


def show(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="An image, PDF, TIFF, mail or HTML file of one or more pages."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PICTURE",
            help="PNG or JPEG file to write. Several receipts give PICTURE-1.png, PICTURE-2.png, …",
        ),
    ] = Path("shown.png"),
    engine: Annotated[str | None, engine_option("OCR engine", "rapidocr")] = None,
    model: ModelName = None,
    config: ConfigFile = None,
) -> None:
    """Draw the fields and line items of a receipt on its page.

    Colours show the confidence: green is sure, red is not.

    \b
    Exit codes:
      0  every receipt was drawn
      1  some pages could not be read; the reason is printed
      2  wrong usage, configuration or engine, or a picture cannot be written
    """
    from pipeline.batch.sinks import check_writable
    from pipeline.documents.load import load_page
    from pipeline.errors import ConfigError, writing
    from pipeline.extractor import Extractor

    with usage_errors():
        if output.suffix.lower() not in (".png", ".jpg", ".jpeg"):
            raise ConfigError(f"{output}: pictures are written as .png or .jpg")
        check_writable(output)
        settings = settings_of(config, engine=engine, model=model)
        records = Extractor(settings).extract(file)
        for number, record in enumerate(records, start=1):
            if record.status == "error":
                print_error(f"{file}, {record.source.part}: {record.error}")
                continue
            path = output
            if len(records) > 1:
                path = output.with_stem(f"{output.stem}-{number}")
            # The config's limits decide at what size a PDF is rendered.
            where = record.source
            pages = [
                load_page(file, number, settings.limits, where.attachment)
                for number in record.page_numbers
            ]
            with writing(path):
                record.draw(pages).save(path)
            typer.echo(path)
    if any(record.status == "error" for record in records):
        raise typer.Exit(ExitCode.PROBLEMS)
