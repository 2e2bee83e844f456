"""``receipts calibrate``: fit a model's confidences to receipts whose truth is known."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.commands.choices import DATA_FORMATS, data_format, engine_option
from pipeline.commands.console import table_of, work_progress
from pipeline.commands.data.common import OcrCache
from pipeline.commands.exits import kept_ocr_results, usage_errors
from pipeline.progress import ReportingReader

if TYPE_CHECKING:
    from pipeline.data.annotated import AnnotatedPage
    from pipeline.training.confidence import FittedCalibration


class TokensFrom(StrEnum):
    """Which tokens the model reads."""

    IMAGE = "image"
    BOXES = "boxes"


def calibrate(
    data: Annotated[
        list[Path],
        typer.Argument(metavar="DATA", help="Annotated receipts: files or folders."),
    ],
    formats: Annotated[
        list[str],
        data_format(
            DATA_FORMATS, "--format", help="Format of DATA; give one for all, or one for each"
        ),
    ],
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="receipts-base or a model folder.")
    ] = "receipts-base",
    tokens: Annotated[
        TokensFrom,
        typer.Option(
            "--from",
            help="Tokens to read: of OCR, as extraction does (of boxes where there is no "
            "image), or of annotated boxes.",
        ),
    ] = TokensFrom.IMAGE,
    engine: Annotated[str, engine_option("OCR engine for images")] = "rapidocr",
    ocr_cache: OcrCache = None,
    development: Annotated[
        bool,
        typer.Option(
            "--development", help="Use only the development set of the training of MODEL."
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write.  [default: calibration.json in the model's folder]",
        ),
    ] = None,
) -> None:
    """Fit a model's confidences to your annotated receipts.

    Use receipts that the model was not trained on; on training receipts it is too
    confident. Prints the expected calibration error before and after; the latter is
    cross-validated over merchants. See docs/confidence.md.

    \b
    Exit codes:
      0    finished
      2    too few receipts, or the data, the model or the engine cannot be used
      130  interrupted: nothing was written
    """
    with usage_errors(kept_ocr_results(ocr_cache)):
        from pipeline.assembly.confidence.calibration import CALIBRATION_FILE, save_calibration
        from pipeline.batch.sinks import check_writable
        from pipeline.data.formats import read
        from pipeline.errors import ConfigError, writing
        from pipeline.evaluation.cases import from_boxes
        from pipeline.ocr.cache import cached
        from pipeline.ocr.installed_engines import create_engine
        from pipeline.tagging.load import load_tagger, model_folder
        from pipeline.tagging.names import RULES
        from pipeline.training.confidence import calibration_readings, fit_calibration

        if model == RULES:
            raise ConfigError("the rules give no probabilities that could be calibrated")
        written = output or model_folder(model) / CALIBRATION_FILE
        check_writable(written)
        tagger = load_tagger(model)
        if len(formats) not in (1, len(data)):
            raise ConfigError(
                f"{len(formats)} formats for {len(data)} DATA: give one, or one for each"
            )
        of_each = formats * len(data) if len(formats) == 1 else formats
        pages = [
            page for name, path in zip(of_each, data, strict=True) for page in read(name, path)
        ]
        if development:
            pages = _development(pages, model)
        if tokens is TokensFrom.BOXES:
            readings = from_boxes(pages)
        else:
            reader = cached(create_engine(engine), ocr_cache)
            total = sum(page.image is not None for page in pages)
            with work_progress(Console(stderr=True)) as progress:
                reporting = ReportingReader(reader, total, progress)
                readings = list(calibration_readings(pages, reporting))
        fitted = fit_calibration(tagger, readings, {"from": tokens.value})
        with writing(written):
            save_calibration(fitted.calibration, written)
    _print(fitted)
    typer.echo(f"written to {written}")


def _development(pages: list[AnnotatedPage], model: str) -> list[AnnotatedPage]:
    from pipeline.data.parts import PARTS_FILE, Part, pages_of
    from pipeline.tagging.load import model_folder

    return pages_of(Part.DEVELOPMENT, pages, model_folder(model) / PARTS_FILE)


def _print(fitted: FittedCalibration) -> None:
    rows = [
        (
            key or "all",
            str(quality.values),
            f"{quality.right:.3f}",
            f"{quality.ece_before:.3f}",
            f"{quality.ece:.3f}",
        )
        for key, quality in fitted.quality.items()
    ]
    headings = ("field", "values", "right", "before", "after*")
    console = Console()
    console.print(table_of("expected calibration error", headings, rows))
    console.print("* cross-validated: each receipt with a fit without its merchant", markup=False)
    for line in _approval_lines(fitted):
        console.print(line, markup=False, highlight=False)


def _approval_lines(fitted: FittedCalibration) -> list[str]:
    from pipeline.assembly.confidence.approval import choose_approval
    from pipeline.errors import ConfigError

    lines = []
    receipts = fitted.calibration.receipts
    for precision in (0.9, 0.95, 0.98, 0.99):
        try:
            found = choose_approval(receipts, precision)
        except ConfigError:
            lines.append(f"--auto-approve {precision:g}: not possible with these receipts")
        else:
            lines.append(
                f"--auto-approve {precision:g}: {found.passed} of {len(receipts)} approved, "
                f"{found.wrong} of them wrong"
            )
    return lines
