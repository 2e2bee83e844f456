"""The image formats that can be read, and opening an image of any of them, HEIC included."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

from PIL import Image, UnidentifiedImageError

from pipeline.errors import ImageError
from pipeline.install import how_to_install

_JPEG_SUFFIXES = frozenset(".jfif .jpe .jpeg .jpg".split())
_OTHER_SUFFIXES = frozenset(
    ".avif .bmp .gif .heic .heif .j2k .jp2 .pdf .png .tif .tiff .webp".split()
)
# Outlook's .msg is among them so that a run says what to do with it.
_MAIL_SUFFIXES = frozenset(".eml .htm .html .msg".split())
SUPPORTED_SUFFIXES = _JPEG_SUFFIXES | _OTHER_SUFFIXES | _MAIL_SUFFIXES
"""What a folder listing takes; a file named explicitly is tried whatever its suffix."""

_PILLOW_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP")
_KINDS = (*_PILLOW_FORMATS, "HEIC", "PDF", "HTML", "EML")
_HEIF_BRANDS = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 msf1".split())

# What Pillow's plugins raise on damaged data.
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
)

PILLOW_MAX_PIXELS = 2 * 89_478_485
"""Pillow refuses larger images, whatever our own limit says."""

_PDF_MAGIC_WITHIN = 1024
_warning_filters = Lock()


def is_pdf(content: bytes) -> bool:
    """Whether the content is a PDF; some have a few bytes before the PDF's own."""
    return b"%PDF-" in content[:_PDF_MAGIC_WITHIN]


def open_image(content: bytes, name: str, max_pixels: int) -> Image.Image:
    """Open an image of any supported format; no pixel is decoded yet.

    Args:
        max_pixels: the limit that errors name.

    Raises:
        ImageError: an unknown format, damaged, or too large for Pillow; the message begins with
            ``name``.
    """
    formats = (*_PILLOW_FORMATS, _heif_format(name)) if is_heif(content) else _PILLOW_FORMATS
    with decoding(name):
        try:
            # The filters belong to the process: two threads would restore each other's.
            with _warning_filters, warnings.catch_warnings():
                # Pillow warns at a limit of its own; ours is checked next.
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                return Image.open(BytesIO(content), formats=formats)
        except Image.DecompressionBombError as error:
            raise ImageError(
                name,
                f"too large: over {PILLOW_MAX_PIXELS:,} pixels declared, "
                f"at most {max_pixels:,} are allowed",
            ) from error
        except UnidentifiedImageError as error:
            reason = f"the content is not an image of a known kind ({', '.join(_KINDS)})"
            raise ImageError(name, reason) from error


@contextmanager
def decoding(name: str, where: str = "") -> Iterator[None]:
    """Turn what Pillow raises on damaged data into an ImageError.

    Args:
        where: what is damaged, such as ``page 2 is ``; by default the file.
    """
    try:
        yield
    except DECODE_ERRORS as error:
        raise ImageError(name, f"{where}damaged or cut off: {error}") from error


def is_heif(content: bytes) -> bool:
    """Whether the content is a picture in Apple's format HEIC."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS


def _heif_format(name: str) -> str:
    """The name of Pillow's HEIF format, registered."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise ImageError(
            name, f"HEIC needs the package pillow-heif: {how_to_install('heic')}"
        ) from error
    register_heif_opener()
    return "HEIF"
