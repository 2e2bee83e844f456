"""The picture of a page, made in a process of its own: a file that crashes or hangs its decoder
must not end the service."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from threading import Semaphore

from pipeline.batch.content import fetch
from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_pages
from pipeline.errors import PipelineError
from pipeline.receipt import Receipt
from pipeline.rotation import turned

_MOST_AT_ONCE = 4
_SECONDS = 30
_MEGABYTES = 4096
_QUALITY = 85
_places = Semaphore(_MOST_AT_ONCE)


class BusyError(PipelineError):
    """Too many pictures are being made."""


def page_picture(location: str, record: Receipt, number: int) -> bytes:
    """A page of a stored file as JPEG, upright as the record's boxes are.

    Args:
        location: path or address of the stored file.
        record: says of which attachment the page is and how it is turned.
        number: one of the record's pages.

    Raises:
        BusyError: too many are being made at the moment.
        PipelineError: the page cannot be shown.
    """
    turns = {record.source.page: record.rotation}
    turns |= {further.page: further.rotation for further in record.further_pages}
    arguments = [location, str(number), str(turns.get(number, 0)), record.source.attachment or ""]
    if not _places.acquire(timeout=_SECONDS):
        raise BusyError("too many pictures are being made")
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__, *arguments],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PipelineError("the page took too long to make") from error
    finally:
        _places.release()
    if done.returncode != 0 or not done.stdout:
        raise PipelineError("the page cannot be made")
    return done.stdout


def _main(location: str, number: str, rotation: str, attachment: str) -> None:
    import resource  # of POSIX systems only

    resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES << 20, _MEGABYTES << 20))
    limits = ImageLimits()
    content = fetch(location, limits.max_bytes).source
    for page in load_pages(content, limits):
        if (page.number, page.attachment) == (int(number), attachment or None):
            out = BytesIO()
            turned(page.image, int(rotation)).save(out, "JPEG", quality=_QUALITY)
            sys.stdout.buffer.write(out.getvalue())
            return


if __name__ == "__main__":
    _main(*sys.argv[1:])
