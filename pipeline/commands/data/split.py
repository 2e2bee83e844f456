"""``receipts data split``: receipts to train on and receipts to hold out, by merchant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.data.common import (
    Data,
    FormatName,
    ToFormat,
    writable_format,
)
from pipeline.commands.exits import usage_errors


def split(
    path: Data,
    format_name: FormatName,
    train: Annotated[Path, typer.Option(metavar="OUT", help="Where to write those to train on.")],
    held_out: Annotated[
        Path, typer.Option("--held-out", metavar="OUT", help="Where to write those held out.")
    ],
    to: ToFormat = None,
    share: Annotated[
        float, typer.Option(help="Of the merchants, to hold out.", min=0.0, max=1.0)
    ] = 0.15,
    seed: Annotated[int, typer.Option(help="Another seed, another choice of merchants.")] = 0,
) -> None:
    """Part receipts so that no merchant is on both sides, into two files.

    A receipt whose merchant is not known is a merchant of its own. Share and seed are those
    of training and `evaluate --held-out` unless given, so that the same receipts are held out.

    Exit code 2: the data cannot be read, or not be written in that format.
    """
    with usage_errors():
        from pipeline.data.formats import read
        from pipeline.data.splits import split_by_merchant
        from pipeline.errors import ConfigError

        targets = [(out, writable_format(to, out)) for out in (train, held_out)]
        if len({path.resolve(), train.resolve(), held_out.resolve()}) < 3:
            raise ConfigError("the input and the two outputs must be three different files")
        parts = split_by_merchant(read(format_name, path), share, seed)
        for (out, target), pages in zip(targets, parts, strict=True):
            assert target.write is not None
            target.write(pages, out)
            typer.echo(f"{len(pages)} pages written to {out}", err=True)
