"""``receipts train``: fine-tune the tagger as a config says."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.commands.exits import ExitCode, say_error, usage_errors
from pipeline.install import how_to_install


def train(
    config: Annotated[Path, typer.Argument(help="A training config, see configs/train/.")],
    work: Annotated[
        Path | None,
        typer.Option(help="Where checkpoints go; by default runs/NAME. Run again to resume."),
    ] = None,
) -> None:
    """Train the model that CONFIG describes and write its folder.

    A run that was stopped goes on from its last checkpoint when started again.
    Exit code 2: the config, its label set or its data cannot be used.
    """
    logging.basicConfig(format="%(message)s")
    logging.getLogger("pipeline").setLevel(logging.INFO)  # other packages only warn
    try:
        from pipeline.training.config import TrainConfig
        from pipeline.training.train import train as run
    except ImportError as error:
        say_error(f"training needs more packages: {how_to_install('train')} ({error})")
        raise typer.Exit(ExitCode.NOT_RUN) from error
    with usage_errors():
        checked = TrainConfig.load(config)
        folder = run(checked, work or Path("runs") / checked.name)
    Console(stderr=True).print(f"model written to {folder}", markup=False)
