"""`receipts extract --backend ray` with the scripted extractor in the place of engine and model."""

from __future__ import annotations

import sys

from run_fakes import scripted_extractor

import pipeline.cluster.job as job

if __name__ == "__main__":
    job.load_extractor = scripted_extractor  # type: ignore[assignment]

    from pipeline.cli import app

    app(["extract", *sys.argv[1:], "--backend", "ray"])
