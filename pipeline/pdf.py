"""Open PDF files and choose the resolution at which pages are rendered."""

from __future__ import annotations

import math

import pypdfium2

from pipeline.errors import ImageError

_PDF_DPI = 200
_PDF_MAX_DPI = 600
_PDF_SHORT_SIDE = 800  # pixels; a slip of 58 mm has too few at 200 dpi
_PDF_MAX_PIXELS = 16_000_000
_POINTS_PER_INCH = 72


def open_pdf(content: bytes, name: str) -> pypdfium2.PdfDocument:
    """A PDF in memory.

    Raises:
        ImageError: it is encrypted, damaged or no PDF; the message begins with ``name``.
    """
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ImageError(name, "the PDF is encrypted and needs a password") from error
        raise ImageError(name, f"the PDF is damaged or cut off: {error}") from error


def pdf_scale(width: float, height: float, max_pixels: int) -> float:
    """Pixels a point, for a page of ``width`` x ``height`` points.

    200 dpi, finer where the page is narrow, coarser where it would hold too many pixels.
    """
    wanted = max(_PDF_DPI / _POINTS_PER_INCH, _PDF_SHORT_SIDE / max(min(width, height), 1))
    finest = min(wanted, _PDF_MAX_DPI / _POINTS_PER_INCH)
    # One pixel less than the limit a side, for the renderer rounds up.
    most = min(_PDF_MAX_PIXELS, max_pixels)
    largest = math.sqrt(most / max(width * height, 1)) * (1 - 1 / math.sqrt(most))
    return min(finest, largest)
