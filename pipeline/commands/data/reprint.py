"""``receipts data print``: print the texts of annotated receipts anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.commands.choices import DATA_FORMATS, completion
from pipeline.commands.console import work_progress
from pipeline.commands.data.common import Data, FormatName
from pipeline.commands.exits import ExitCode, usage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.data.annotated import AnnotatedPage
    from pipeline.data.annotation_records import AnnotationRecord


def reprint(
    path: Data,
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="The .jsonl file to write; pictures lie beside.")
    ],
    format_name: FormatName,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed prints differently.")] = 0,
    without: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Leave out receipts that are in this file, too."),
    ] = None,
    without_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="Format of --without.  [default: --format]",
            autocompletion=completion(DATA_FORMATS),
        ),
    ] = None,
) -> None:
    """Print receipts anew: their words and labels on drawn paper.

    For annotated texts without pictures. Layout, typeface, printer and damage depend on the seed
    and the receipt's id. Receipts without any label are left out. The pictures go to OUT-pictures.
    Needs the extra [synthetic].

    \b
    Exit codes:
      0    written
      1    written, but some records could not be read
      2    the data cannot be read, or OUT not be written
    """
    console = Console(stderr=True)
    with usage_errors():
        from pipeline.data.duplicates import without_receipts_of
        from pipeline.data.formats import checked_records, read
        from pipeline.data.jsonl import write_annotated
        from pipeline.errors import ConfigError, writing
        from pipeline.wording import counted

        if output.suffix != ".jsonl":
            raise ConfigError(f"{output}: the annotations are written as .jsonl")
        found = checked_records(format_name, path)
        readable = list(_readable(found, console))
        others = list(read(without_format or format_name, without)) if without else []
        pages = [page for page in readable if any(tag != "O" for tag in page.tags)]
        pages = list(without_receipts_of(others, pages))
        with writing(output), work_progress(console) as progress:
            progress("printing receipts", 0, len(pages))
            printed = []
            for done, page in enumerate(_printed(pages, seed, output), start=1):
                printed.append(page)
                progress("printing receipts", done, len(pages))
            write_annotated(printed, output)
        left_out = len(readable) - len(pages)
        rest = f", {left_out} left out" if left_out else ""
        typer.echo(f"{counted(len(pages), 'page')} written to {output}{rest}", err=True)
    if len(readable) < len(found):
        raise typer.Exit(ExitCode.PROBLEMS)


def _readable(found: Sequence[AnnotationRecord], console: Console) -> Iterator[AnnotatedPage]:
    from pipeline.errors import DataError

    for record in found:
        try:
            yield record.parse()
        except DataError as error:
            console.print(f"left out: {error}", style="red", markup=False, highlight=False)


def _printed(pages: Sequence[AnnotatedPage], seed: int, output: Path) -> Iterator[AnnotatedPage]:
    from pipeline.synthetic.reprint import save_reprint

    folder = output.with_name(f"{output.stem}-pictures")
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        yield save_reprint(page, seed, folder / f"{number:05}.jpg")
