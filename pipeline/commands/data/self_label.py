"""``receipts data self-label``: labels by the model itself, for self-training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.commands.choices import engine_option
from pipeline.commands.console import work_progress
from pipeline.commands.data.common import OcrCache
from pipeline.commands.exits import ExitCode, kept_ocr_results, print_error, usage_errors


def self_label(
    inputs: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Images, PDFs, folders or quoted globs.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="The .jsonl file to write.")
    ],
    least: Annotated[
        float,
        typer.Option(min=0.5, max=1, metavar="P", help="The confidence that a label needs."),
    ] = 0.9,
    without: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Annotated receipts: those alike are left out."),
    ] = None,
    without_format: Annotated[
        str, typer.Option(metavar="FORMAT", help="The format of --without.")
    ] = "jsonl",
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="receipts-base or a model folder.")
    ] = "receipts-base",
    engine: Annotated[str, engine_option("OCR engine")] = "rapidocr",
    ocr_cache: OcrCache = None,
) -> None:
    """Label receipts by the model's own reading, for self-training.

    For receipts that nobody annotated: OUT is a source for `receipts train`. Receipts whose
    amounts do not add up are left out, and of the others every label that the model is not
    sure of counts as not annotated. Needs a calibrated model and the extra [train].

    \b
    Exit codes:
      0    written
      1    written, but some files could not be used; the reason is printed
      2    wrong usage, model or engine, nothing confirmed, or OUT not writable
      130  interrupted: nothing was written
    """
    console = Console(stderr=True)
    with usage_errors(kept_ocr_results(ocr_cache)):
        from pipeline.assembly.confidence.calibration import load_calibration
        from pipeline.batch.listing import find_inputs
        from pipeline.data.duplicates import without_receipts_of
        from pipeline.data.formats import read
        from pipeline.data.jsonl import write_annotated
        from pipeline.errors import ConfigError, PipelineError, writing
        from pipeline.ocr.cache import cached
        from pipeline.ocr.installed_engines import create_engine
        from pipeline.tagging.load import load_tagger
        from pipeline.training.self_labels import SelfLabeller

        if output.suffix != ".jsonl":
            raise ConfigError(f"{output}: the annotations are written as .jsonl")
        found = find_inputs(inputs)
        if found.skipped.count:
            print_error(f"skipped, not images by their suffix: {found.skipped}")
        tagger = load_tagger(model)
        calibration = load_calibration(tagger.folder)
        if calibration is None:
            raise ConfigError(f"{model} is not calibrated: run receipts calibrate first")
        others = list(read(without_format, without)) if without else []
        labeller = SelfLabeller(
            cached(create_engine(engine), ocr_cache), tagger, calibration, least
        )
        failed, receipts = 0, []
        with work_progress(console) as progress:
            for done, path in enumerate(found.paths):
                progress("reading files", done, len(found.paths))
                try:
                    receipts += list(labeller.receipts(path))
                except PipelineError as error:
                    print_error(f"left out: {error}")
                    failed += 1
        kept = list(without_receipts_of(others, receipts))
        if not kept:
            raise ConfigError("no receipt was confirmed by its sums")
        with writing(output):
            write_annotated(kept, output)
    typer.echo(f"{len(kept)} of {len(found.paths)} files labelled in {output}", err=True)
    if failed:
        raise typer.Exit(ExitCode.PROBLEMS)
