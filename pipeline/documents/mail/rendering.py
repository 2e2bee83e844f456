"""HTML as a PDF, rendered by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import fontpkg

from pipeline.documents.limits import ImageLimits
from pipeline.documents.mail.render_html import NO_LIBRARY, TOO_LONG
from pipeline.errors import ImageError
from pipeline.install import how_to_install

TIME_LIMIT = 60  # seconds
_MEMORY = 2 << 30
_MOST_BYTES = 30_000_000
_PROGRAM = Path(__file__).with_name("render_html.py")


def html_to_pdf(content: bytes, limits: ImageLimits, name: str) -> bytes:
    """A PDF of pages that are 800 CSS pixels wide and as long as what they show.

    Nothing is fetched: pictures are shown only if the HTML holds them as ``data:`` addresses.

    Raises:
        ImageError: WeasyPrint is missing, the HTML is too large or takes too long, or it cannot be
            rendered; the message begins with ``name``.
    """
    if find_spec("weasyprint") is None:
        install = how_to_install("mail")
        raise ImageError(name, f"mails and HTML need the package weasyprint: {install}")
    most = min(limits.max_bytes, _MOST_BYTES)
    if len(content) > most:
        raise ImageError(
            name, f"too large: {len(content):,} bytes of HTML, at most {most:,} are allowed"
        )
    typeface = Path(fontpkg.path("Arimo", weight=400, nearest=True)).as_uri()
    command = [sys.executable, "-P", str(_PROGRAM), typeface]
    command += [str(number) for number in (TIME_LIMIT, _MEMORY, limits.max_pages)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ImageError(name, f"rendering the HTML took more than {TIME_LIMIT} seconds") from error
    if done.returncode == 0:
        return done.stdout
    raise ImageError(name, _reason(done.returncode, done.stderr.decode(errors="replace"), limits))


def _reason(code: int, errors: str, limits: ImageLimits) -> str:
    if code == TOO_LONG:
        return f"too many pages: {errors}, at most {limits.max_pages} are allowed"
    if code == NO_LIBRARY:
        return (
            f"mails and HTML need Pango, which weasyprint cannot load ({errors}); on Debian: "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )
    if code < 0:
        return f"rendering the HTML took more than {TIME_LIMIT} seconds of a core"
    lines = errors.strip().splitlines()
    return f"the HTML cannot be rendered: {lines[-1] if lines else f'exit code {code}'}"
