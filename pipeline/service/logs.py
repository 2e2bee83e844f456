"""Structured logs: one JSON object per line, with the request's id.

What receipts, file names or clients' headers say is not logged.
"""

from __future__ import annotations

import datetime
import json
import logging
import sys
from contextvars import ContextVar
from typing import Any, TextIO

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered."""
TRACE: ContextVar[str | None] = ContextVar("trace", default=None)
"""The span of that request, as the header ``traceparent`` has it, if traces are kept."""

_LOGGERS = ("pipeline", "uvicorn")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Time, level, logger, message, request id and what was given as ``extra``.

    Of an exception its kind and the places in the code are logged, not its message, which may
    quote what a receipt says.
    """

    def format(self, record: logging.LogRecord) -> str:
        # Workers send their tracebacks as text.
        message, *trace = record.getMessage().split("\n")
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        entry: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        if (request_id := REQUEST_ID.get()) is not None:
            entry["request_id"] = request_id
        if (span := TRACE.get()) is not None:
            entry["trace"] = span
        entry |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            entry["traceback"] = _places(record)
        elif trace:
            entry["exception"] = trace[-1].partition(":")[0]
            entry["traceback"] = [line.strip() for line in trace if line.startswith('  File "')]
        return json.dumps(entry, default=str)


def log_to(stream: TextIO = sys.stderr) -> None:
    """Log of the service and of the server below it from the level INFO, of others WARNING."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # ours has the request's id


def _places(record: logging.LogRecord) -> list[str]:
    assert record.exc_info is not None
    trace = record.exc_info[2]
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places
