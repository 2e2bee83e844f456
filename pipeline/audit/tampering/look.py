"""All signs of one receipt, from its file and its upright page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.audit.tampering.file_traces import image_traces
from pipeline.audit.tampering.pdf_traces import pdf_traces
from pipeline.audit.tampering.places import number_places
from pipeline.audit.tampering.signs import Sign
from pipeline.documents.files import checked_content
from pipeline.documents.image_formats import is_pdf
from pipeline.documents.limits import ImageLimits
from pipeline.documents.mail.recognise import is_html, is_mail
from pipeline.documents.parts import Part, parts_of
from pipeline.errors import ImageError
from pipeline.receipt import Receipt


def signs_of(record: Receipt, file: Path) -> list[Sign]:
    """The signs in the record's file; none if it cannot be read."""
    try:
        content = _content(record, file)
    except ImageError:
        return []
    return list(_file_signs(record, content)) if content is not None else []


def _file_signs(record: Receipt, content: bytes) -> Iterator[Sign]:
    if is_pdf(content):
        yield from pdf_traces(content, record.source.page, number_places(record))
    elif not is_mail(content) and not is_html(content):
        day = record.date
        yield from image_traces(content, [] if day is None else [day.value, *day.alternatives])


def _content(record: Receipt, file: Path) -> bytes | None:
    """Of the record's file, or of the attachment of a mail; ``None`` for a mail's text."""
    limits = ImageLimits()
    content = checked_content(file, limits, str(file))
    wanted = record.source.attachment
    for part in parts_of(content, limits, str(file)):
        if isinstance(part, Part) and part.attachment == wanted:
            return part.content
    return None
