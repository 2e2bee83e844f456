"""All signs of one receipt, from its file and its upright page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from pipeline.audit.tampering.digits import digit_signs
from pipeline.audit.tampering.drawn_picture import drawn_by_program
from pipeline.audit.tampering.evidence import evidence_of
from pipeline.audit.tampering.file_traces import image_traces
from pipeline.audit.tampering.pdf_traces import pdf_traces
from pipeline.audit.tampering.picture import picture_of
from pipeline.audit.tampering.places import number_places
from pipeline.audit.tampering.signs import Sign
from pipeline.audit.tampering.trees import fitted_model
from pipeline.documents.files import checked_content
from pipeline.documents.image_formats import is_pdf
from pipeline.documents.limits import ImageLimits
from pipeline.documents.mail.recognise import is_html, is_mail
from pipeline.documents.parts import Part, parts_of
from pipeline.errors import ImageError
from pipeline.receipt import Receipt


def signs_of(record: Receipt, file: Path, page: Image.Image | None) -> list[Sign]:
    """The signs in the record's file and on its upright page; none if it cannot be read."""
    try:
        content = _content(record, file)
    except ImageError:
        return []
    if content is None:
        return []
    found = list(_file_signs(record, content))
    if page is not None and record.source.read_from != "text":
        found += _picture_signs(record, content, page)
    return found


def _picture_signs(record: Receipt, content: bytes, page: Image.Image) -> Iterator[Sign]:
    places = number_places(record)
    picture = picture_of(content, page, record.rotation)
    evidence = evidence_of(picture, [(place.text, place.box) for place in places])
    if (drawn := drawn_by_program(picture, evidence)) is not None:
        yield drawn
    else:
        yield from digit_signs(evidence, places, fitted_model())


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
