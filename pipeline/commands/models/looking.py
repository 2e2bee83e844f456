"""`receipts models list` and `compare`: they change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.commands.console import table_of
from pipeline.commands.exits import ExitCode, print_error, usage_errors
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

if TYPE_CHECKING:
    from pipeline.registry.compare import Compared
    from pipeline.registry.history import Event


def list_models(
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
    history: Annotated[
        bool, typer.Option("--history", help="List what was done instead, the oldest first.")
    ] = False,
) -> None:
    """List the registered models, and which is served."""
    with usage_errors():
        from pipeline.registry.history import history as events_of
        from pipeline.registry.shadowed import read_shadow

        found = opened(models, registry)
        if history:
            for event in events_of(models):
                typer.echo(_told(event))
            return
        served, shadow = found.served(), read_shadow(models)
        uses = {served.model: "served"}
        if served.previous is not None:
            uses.setdefault(served.previous, "previous")
        if shadow is not None:
            uses.setdefault(shadow.model, f"shadow, {shadow.share:.0%}")
        registered = {one.name: one for one in found.registry.models()}
        for name in dict.fromkeys([*registered, *uses]):
            one = registered.get(name)
            made = f"{one.at:%Y-%m-%d %H:%M}\t{one.sha256[:12]}" if one else "packaged\t"
            typer.echo(f"{name}\t{uses.get(name, '')}\t{made}\t{one.note if one else ''}".rstrip())


def compare(
    candidate: Annotated[str, typer.Argument(metavar="MODEL", help="Such as reviewed/3.")],
    against: Annotated[
        str | None, typer.Option(metavar="MODEL", help="[default: the served model]")
    ] = None,
    reviews: Reviews = None,
    reviews_format: ReviewsFormat = "reviews",
    shadow: ShadowFile = None,
    margin: Margin = DEFAULT_MARGIN,
    models: ModelsFolder = DEFAULT_FOLDER,
    registry: RegistryAddress = None,
) -> None:
    """Compare a model with the served one on reviewed receipts.

    The test is the paired one of receipts compare.

    \b
    Exit codes:
      0    it may be promoted
      2    a model or the receipts cannot be used
      3    it is worse, or the receipts are too few
    """
    with usage_errors():
        found = opened(models, registry)
        served = against or found.served().model
        result = compared(found, candidate, served, reviews, reviews_format, shadow, margin)
    print_comparison(result)
    if result.verdict.worse:
        raise typer.Exit(ExitCode.BELOW)


def print_comparison(result: Compared) -> None:
    """The figures that decide, and why the candidate is worse."""
    verdict = result.verdict
    rows = [
        (
            name,
            f"{one.served:.3f}",
            f"{one.candidate:.3f}",
            f"{one.candidate - one.served:+.3f} ({one.low:+.3f} to {one.high:+.3f})",
            f"{one.p:.4f}",
        )
        for name, one in verdict.figures.items()
    ]
    title = (
        f"A: {verdict.served}\nB: {verdict.candidate}\non {verdict.receipts} receipts of "
        f"{verdict.merchants} merchants, {verdict.source}"
    )
    Console().print(table_of(title, ("", "A", "B", "B - A (95 % interval)", "p"), rows))
    for reason in verdict.worse:
        print_error(reason)


def _told(event: Event) -> str:
    parts = [f"{event.at:%Y-%m-%d %H:%M}", event.action, event.model]
    if event.previous is not None:
        parts.append(f"instead of {event.previous}")
    if event.forced:
        parts.append("forced")
    if event.verdict is not None:
        parts.append(f"compared on {event.verdict.receipts} receipts")
    return "\t".join([*parts, *([event.note] if event.note else [])])
