"""Runs the service with the scripted extractor: ``scripted_server.py DATA PORT [WORKERS]``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "batch"))

from run_fakes import scripted_extractor

from pipeline.config import ExtractConfig
from pipeline.service.logs import log_to
from pipeline.service.server import serve
from pipeline.service.settings import ServiceSettings

if __name__ == "__main__":
    data, port, workers = sys.argv[1:]
    log_to()
    settings = ServiceSettings(data=Path(data), port=int(port), requests_per_minute=100_000)
    serve(settings, ExtractConfig(workers=int(workers)), scripted_extractor)
