"""``receipts data split``: training and held-out receipts, by merchant."""

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
    train: Annotated[
        Path, typer.Option("--train", metavar="FILE", help="Write the training receipts here.")
    ],
    test: Annotated[
        Path, typer.Option("--test", metavar="FILE", help="Write the held-out receipts here.")
    ],
    to: ToFormat = None,
    share: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of merchants to hold out.", min=0, max=1)
    ] = 0.15,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Random seed of the choice of merchants.")
    ] = 0,
) -> None:
    """Split receipts by merchant: a training and a held-out set.

    No merchant is in both files. A receipt without a known merchant counts as a merchant of
    its own. With the default share and seed the held-out receipts are those that `receipts
    train` holds out and `receipts evaluate --held-out` scores.

    \b
    Exit codes:
      0    written
      2    the data cannot be read, or not be written in that format
    """
    with usage_errors():
        from pipeline.data.formats import read
        from pipeline.data.splits import split_by_merchant
        from pipeline.errors import ConfigError, writing

        targets = [(out, writable_format(to, out)) for out in (train, test)]
        if len({path.resolve(), train.resolve(), test.resolve()}) < 3:
            raise ConfigError("the input and the two outputs must be three different files")
        parts = split_by_merchant(read(format_name, path), share, seed)
        for (out, target), pages in zip(targets, parts, strict=True):
            assert target.write is not None
            with writing(out):
                target.write(pages, out)
            typer.echo(f"{len(pages)} pages written to {out}", err=True)
