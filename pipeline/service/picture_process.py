"""Makes the picture of a page, in a process of its own: ``picture_process LOCATION PAGE ROTATION
ATTACHMENT`` writes a JPEG to standard output.

A file that crashes or hangs its decoder must not end the service. Most of the time goes into
starting: this module imports no more than it needs.
"""

from __future__ import annotations

import sys
from io import BytesIO

from pipeline.batch.content import fetch
from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_pages
from pipeline.rotation import turned

_MEGABYTES = 4096
_QUALITY = 85


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
