"""`receipts models register`, `shadow`, `promote` and `rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.exits import usage_errors
from pipeline.commands.models.looking import print_comparison
from pipeline.commands.models.options import (
    DEFAULT_FOLDER,
    DEFAULT_MARGIN,
    Margin,
    ModelsFolder,
    RegistryAddress,
    Reviews,
    ReviewsFormat,
    ShadowFile,
    compared,
    opened,
)
from pipeline.errors import ConfigError

ModelNamed = Annotated[
    str, typer.Argument(metavar="MODEL", help="Such as reviewed/3, or receipts-base.")
]


def register(
    source: Annotated[
        str, typer.Argument(metavar="FOLDER", help="A model folder, as receipts train writes it.")
    ],
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the family.  [default: the model's own]"),
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A remark that is kept.")] = "",
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
) -> None:
    """Keep a copy of a model as its next version; print its name."""
    with usage_errors():
        typer.echo(opened(models, registry).register(source, name, note).name)


def shadow(
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="The candidate, such as reviewed/3.")
    ] = None,
    share: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.001, max=1, help="Of the files that it reads, 0 to 1."),
    ] = 0.1,
    off: Annotated[bool, typer.Option("--off", help="No candidate reads any more.")] = False,
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
) -> None:
    """Have the service read some files with a candidate, too.

    Its records are stored apart and change nothing. One process of the lowest priority reads them.
    """
    with usage_errors():
        if (model is None) is not off:
            raise ConfigError("name a MODEL, or give --off")
        found = opened(models, registry)
        if model is None:
            ended = found.end_shadow()
            typer.echo("no candidate reads" if ended is None else f"{ended} reads no more")
            return
        begun = found.shadow(model, share)
        typer.echo(f"{begun.model} reads {begun.share:.1%} of the files in the shadow")


def promote(
    model: ModelNamed,
    reviews: Reviews = None,
    reviews_format: ReviewsFormat = "reviews",
    shadow: ShadowFile = None,
    margin: Margin = DEFAULT_MARGIN,
    force: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="Promote it whatever the comparison says; the reason is kept."
        ),
    ] = None,
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
) -> None:
    """Have services use a model, if it is not worse than theirs.

    It is worse if F1 over all fields is lower by more than --margin, or if this or another main
    figure is significantly lower. Services that follow the folder switch without losing a file.

    \b
    Exit codes:
      0    promoted
      2    it is worse, was not compared, or cannot be used
    """
    with usage_errors():
        if force is not None and not force.strip():
            raise ConfigError("--force needs a reason")
        found = opened(models, registry)
        verdict = None
        if reviews is not None or shadow is not None:
            served = found.served().model
            result = compared(found, model, served, reviews, reviews_format, shadow, margin)
            print_comparison(result)
            verdict = result.verdict
        promoted = found.promote(model, verdict, force)
        typer.echo(f"served: {promoted.model}; before: {promoted.previous}")


def rollback(
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")] = "",
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
) -> None:
    """Have services use the model before again."""
    with usage_errors():
        served = opened(models, registry).roll_back(reason)
        typer.echo(f"served: {served.model}; before: {served.previous}")
