"""Runs the service with the scripted extractor: ``scripted_server.py DATA PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "batch"))


def main(data: str, port: str) -> None:
    # Workers import this file: what they do not need is imported here.
    from run_fakes import scripted_extractor

    from pipeline.config import ExtractConfig
    from pipeline.service.logs import log_to
    from pipeline.service.server import serve
    from pipeline.service.settings import ServiceSettings

    log_to()
    settings = ServiceSettings(
        data=Path(data), port=int(port), requests_per_minute=100_000, stop_seconds=0.5
    )
    serve(settings, ExtractConfig(workers=1), scripted_extractor)


if __name__ == "__main__":
    main(*sys.argv[1:])
