"""The command line, for the script ``receipts``."""

from __future__ import annotations

from pipeline.cli import app as app
