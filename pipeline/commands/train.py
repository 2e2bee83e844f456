"""``receipts train``: fine-tune the tagger as a config says."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.commands.console import log_plainly_to, work_progress
from pipeline.commands.exits import ExitCode, print_error, usage_errors
from pipeline.install import how_to_install


def train(
    config: Annotated[
        Path,
        typer.Argument(metavar="CONFIG", help="Training config, as in configs/train."),
    ],
    work: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for checkpoints.  [default: runs/ and the config's name]"
        ),
    ] = None,
) -> None:
    """Train the model that CONFIG describes and write its folder.

    If a run is interrupted, repeat the command: it resumes from the last checkpoint. Ctrl-C
    saves one.

    \b
    Exit codes:
      0    trained and written
      2    the config, its label set or its data cannot be used
      130  interrupted
    """
    console = Console(stderr=True)
    log_plainly_to(console)
    # OpenMP reads it when torch is loaded. Busy waiting takes cores from the slowest thread as soon
    # as another program runs: steps took twice as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from transformers.utils.logging import disable_progress_bar

        from pipeline.training.checkpoints import newest_saved
        from pipeline.training.config import TrainConfig
        from pipeline.training.train import train as run
    except ImportError as error:
        print_error(f"training needs more packages: {how_to_install('train')} ({error})")
        raise typer.Exit(ExitCode.NOT_RUN) from error
    disable_progress_bar()  # type: ignore[no-untyped-call]
    with usage_errors():
        checked = TrainConfig.load(config)
        folder = work or Path("runs") / checked.name
        try:
            with work_progress(console) as progress:
                written = run(checked, folder, progress)
        except KeyboardInterrupt as error:
            saved = newest_saved(folder)
            kept = f"checkpoint: {saved}" if saved else "no checkpoint yet"
            again = shlex.join(["receipts", "train", str(config), "--work", str(folder)])
            print_error(f"interrupted; {kept}\nresume with: {again}")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
    console.print(f"model written to {written}", markup=False, highlight=False, soft_wrap=True)
