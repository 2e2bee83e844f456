"""``receipts train-ocr``: from a config to a recognition network for receipts."""

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


def train_ocr(
    config: Annotated[
        Path, typer.Argument(metavar="CONFIG", help="Training config, as in configs/ocr.")
    ],
    work: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for cut lines and the checkpoint.  [default: runs/ and the config's name]",
        ),
    ] = None,
) -> None:
    """Fine-tune the text recognition network on receipt lines.

    If a run is interrupted, repeat the command: lines are cut once, and training resumes from
    the last checkpoint.

    \b
    Exit codes:
      0    trained and written
      2    the config or its data cannot be used
      130  interrupted
    """
    console = Console(stderr=True)
    log_plainly_to(console)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in `receipts train`
    try:
        from pipeline.training.ocr.config import OcrTrainConfig
        from pipeline.training.ocr.train import train_ocr as run
    except ImportError as error:
        print_error(f"training needs more packages: {how_to_install('train')} ({error})")
        raise typer.Exit(ExitCode.NOT_RUN) from error
    with usage_errors():
        checked = OcrTrainConfig.load(config)
        folder = work or Path("runs") / checked.name
        try:
            with work_progress(console) as progress:
                trained = run(checked, folder, progress)
        except KeyboardInterrupt as error:
            again = shlex.join(["receipts", "train-ocr", str(config), "--work", str(folder)])
            print_error(f"interrupted\nresume with: {again}")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
    console.print(f"network written to {trained.path}", markup=False, highlight=False)
