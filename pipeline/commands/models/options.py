"""Options that the commands of `receipts models` share, and the comparison of two of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.choices import DATA_FORMATS, data_format
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.registry.compare import Compared
    from pipeline.registry.lifecycle import Models

ModelsFolder = Annotated[
    Path, typer.Option("--models", metavar="DIR", help="Folder of models, as for receipts serve.")
]
DEFAULT_FOLDER = Path("models")
RegistryAddress = Annotated[
    str | None,
    typer.Option(
        "--registry",
        metavar="ADDRESS",
        help="Who keeps the models: folder, mlflow (an SQLite file in the folder), sqlite:///FILE, "
        "or the URL of an MLflow server.  [default: the last one, at first folder]",
    ),
]
Reviews = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Reviewed receipts: both models read their words (GET /v1/reviews of the service).",
    ),
]
ReviewsFormat = Annotated[str, data_format(DATA_FORMATS, "--format", help="Format of --reviews")]
ShadowFile = Annotated[
    Path | None,
    typer.Option(
        "--shadow",
        metavar="FILE",
        help="What the service read with both models (GET /v1/shadow of the service).",
    ),
]
Margin = Annotated[
    float,
    typer.Option(metavar="F1", min=0, max=1, help="How much lower F1 over all fields may be."),
]
DEFAULT_MARGIN = 0.005


def opened(folder: Path, address: str | None) -> Models:
    """The models of the folder."""
    from pipeline.registry.opening import open_models

    return open_models(folder, address)


def compared(
    models: Models,
    candidate: str,
    served: str,
    reviews: Path | None,
    format_name: str,
    shadow: Path | None,
    margin: float,
) -> Compared:
    """The candidate against the served model, on what was given.

    Raises:
        ConfigError: neither or both were given, or a model cannot be used.
        DataError: the receipts cannot be used.
    """
    from pipeline.install import check_installed

    if (reviews is None) == (shadow is None):
        raise ConfigError("compare on --reviews FILE or on --shadow FILE")
    check_installed("evaluate", "scipy", "seqeval", "zss")
    from pipeline.registry.compare import Pair, on_reviews, on_shadow

    pair = Pair(served, candidate, models.location(served), models.location(candidate), margin)
    if shadow is not None:
        return on_shadow(shadow, pair)
    assert reviews is not None
    return on_reviews(reviews, format_name, pair)
