"""Turn HTML into a PDF of long pages: a program of its own, which ``rendering.py`` runs.

It reads HTML from its standard input and writes a PDF to its standard output. It has limits on time
and memory, opens no connection and no file but its typeface, and runs no scripts: WeasyPrint has no
JavaScript. Arguments: the typeface's file, seconds, bytes of memory, pages.
"""

from __future__ import annotations

import base64
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

WIDTH, HEIGHT = 800, 10_000  # CSS pixels; pages are cut to what is on them
MARGIN = 24
POINTS = 0.75  # in a CSS pixel
STYLE = """
@font-face {{ font-family: Arimo; src: url("{typeface}") }}
@page {{ size: {width}px {height}px !important; margin: {margin}px !important }}
html {{ font-family: Arimo, sans-serif }}
pre {{ font-family: monospace, Arimo }}
"""
TOO_LONG = 3
NO_LIBRARY = 4
DATA = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)", re.DOTALL)


def limit(seconds: int, memory: int) -> None:
    """Let the system end this program beyond these limits."""
    try:
        import resource
    except ImportError:  # not on Windows, where the caller's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def forbid_connections() -> None:
    import socket

    def refused(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError("no network")

    for owner, name in ((socket.socket, "connect"), (socket, "getaddrinfo")):
        setattr(owner, name, refused)


def rendered(html: bytes, typeface: str, most_pages: int) -> bytes:
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyData(URLFetcher):  # type: ignore[misc]
        """Gives what an address holds itself, and the typeface; nothing else."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url == typeface:
                return URLFetcherResponse(url, Path(url2pathname(urlsplit(url).path)).open("rb"))
            kind, content = data_of(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    style = STYLE.format(typeface=typeface, width=WIDTH, height=HEIGHT, margin=MARGIN)
    fonts, fetcher = weasyprint.text.fonts.FontConfiguration(), OnlyData()
    document = weasyprint.HTML(
        file_obj=BytesIO(html), url_fetcher=fetcher, media_type="screen"
    ).render(
        font_config=fonts,
        presentational_hints=True,  # bgcolor, align and width, of which mails are made
        stylesheets=[weasyprint.CSS(string=style, url_fetcher=fetcher, font_config=fonts)],
    )
    if len(document.pages) > most_pages:
        sys.stderr.write(str(len(document.pages)))
        raise SystemExit(TOO_LONG)
    return bytes(document.write_pdf())


def data_of(url: str) -> tuple[str, bytes]:
    """Kind and content of a ``data:`` address.

    Raises:
        ValueError: any other address, or damaged data.
    """
    data = DATA.match(url)
    if data is None:
        raise ValueError("addresses are not opened")
    kind, options, text = data.groups()
    content = unquote_to_bytes(text)
    if ";base64" in options:
        content = base64.b64decode(content + b"==")
    return kind or "text/plain", content


def cut_to_content(pdf: bytes) -> bytes:
    """The pages cut above and below what they show, at least half as high as wide."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        drawn = [
            one.get_bounds()
            for one in page.get_objects(max_depth=1)
            if one.type != pypdfium2.raw.FPDF_PAGEOBJ_PATH
        ]
        space = MARGIN * POINTS
        top = min(max((bounds[3] for bounds in drawn), default=height) + space, height)
        bottom = min((bounds[1] for bounds in drawn), default=height) - space
        page.set_cropbox(0, max(min(bottom, top - width / 2), 0), width, top)
    result = BytesIO()
    document.save(result)
    return result.getvalue()


def main() -> None:
    typeface, seconds, memory, most_pages = sys.argv[1:]
    try:
        import weasyprint  # noqa: F401
    except OSError as error:  # Pango, which is no Python package
        sys.stderr.write(str(error).splitlines()[0])
        raise SystemExit(NO_LIBRARY) from error
    forbid_connections()
    limit(int(seconds), int(memory))
    pdf = rendered(sys.stdin.buffer.read(), typeface, int(most_pages))
    sys.stdout.buffer.write(cut_to_content(pdf))


if __name__ == "__main__":
    main()
