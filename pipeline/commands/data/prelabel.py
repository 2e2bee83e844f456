"""``receipts data prelabel``: make annotation tasks with predicted labels from images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipeline.commands.choices import engine_option
from pipeline.commands.console import work_progress
from pipeline.commands.data.common import OcrCache
from pipeline.commands.exits import ExitCode, kept_ocr_results, print_error, usage_errors


def prelabel(
    inputs: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Images, PDFs, folders or quoted globs.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="TASKS", help="The JSON file to import.")
    ],
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Label set to annotate.  [default: the model's]"),
    ] = None,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="receipts-base, rules or a model folder.")
    ] = "receipts-base",
    engine: Annotated[str, engine_option("OCR engine")] = "rapidocr",
    ocr_cache: OcrCache = None,
    image_root: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="URL that serves the folder of TASKS.  [default: Label Studio's local files]",
        ),
    ] = None,
) -> None:
    """Write Label Studio tasks with predicted labels.

    The least certain predictions come first. TASKS.xml beside TASKS.json is the labelling
    configuration. Images must be in the folder of TASKS or below it. Pages that a browser
    would show differently (of PDFs, or lying on their side) are copied upright into
    TASKS-pages.

    \b
    Exit codes:
      0    every file has its tasks
      1    some files were left out: not readable, or not in the folder of TASKS
      2    wrong usage, model or engine, no file left, or TASKS cannot be written
      130  interrupted: no tasks were written
    """
    console = Console(stderr=True)
    failed = 0
    tasks: list[dict[str, Any]] = []
    with usage_errors(kept_ocr_results(ocr_cache)):
        from pipeline.batch.listing import find_inputs
        from pipeline.data.label_studio.config import labelling_config
        from pipeline.data.label_studio.images import LOCAL_FILES
        from pipeline.data.label_studio.write import write_tasks
        from pipeline.data.prelabel import Prelabeller, uncertain_first
        from pipeline.errors import ConfigError, PipelineError, writing
        from pipeline.labels import load_label_set
        from pipeline.ocr.cache import cached
        from pipeline.ocr.installed_engines import create_engine
        from pipeline.tagging.load import load_tagger

        copies = output.with_name(f"{output.stem}-pages")
        found = find_inputs(inputs)
        if found.skipped.count:
            print_error(f"skipped, not images by their suffix: {found.skipped}")
        pictures = [path for path in found.paths if copies not in path.parents]
        if not pictures:
            raise ConfigError(f"no image, PDF or mail found in {', '.join(inputs)}")
        tagger = load_tagger(model)
        names = (load_label_set(labels) if labels else tagger.label_set).names
        prelabeller = Prelabeller(
            cached(create_engine(engine), ocr_cache),
            tagger,
            names,
            output.parent,
            copies,
            image_root or LOCAL_FILES,
        )
        with work_progress(console) as progress:
            for done, picture in enumerate(pictures):
                progress("reading files", done, len(pictures))
                try:
                    tasks += list(prelabeller.tasks(picture))  # all of a file's pages, or none
                except PipelineError as error:
                    console.print(f"left out: {error}", style="red", markup=False, highlight=False)
                    failed += 1
        if not tasks:
            raise ConfigError("no tasks: every file was left out")
        config = output.with_suffix(".xml")
        with writing(output):
            output.parent.mkdir(parents=True, exist_ok=True)
            write_tasks(uncertain_first(tasks), output)
            config.write_text(labelling_config(names), encoding="utf-8")
    typer.echo(f"{len(tasks)} tasks written to {output}, their configuration to {config}", err=True)
    if failed:
        raise typer.Exit(ExitCode.PROBLEMS)
