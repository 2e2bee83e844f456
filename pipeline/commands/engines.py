"""`receipts engines`: list the OCR engines."""

from __future__ import annotations

import typer


def engines() -> None:
    """List the installed OCR engines and whether each can run."""
    from pipeline.errors import EngineUnavailable
    from pipeline.ocr.installed_engines import engine_class, engine_names

    for name in engine_names():
        try:
            reason = engine_class(name).why_unavailable()
        except EngineUnavailable as error:
            reason = str(error)
        typer.echo(f"{name}: {'can run' if reason is None else f'cannot run: {reason}'}")
