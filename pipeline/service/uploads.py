"""Posted files: refused at the door, or stored and entered in the queue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PIL import Image
from sqlalchemy.exc import IntegrityError

from pipeline.documents.image_formats import is_heif, is_pdf
from pipeline.documents.images import image_size
from pipeline.documents.limits import ImageLimits, too_many_bytes
from pipeline.documents.mail.recognise import is_html, is_mail, is_outlook_message
from pipeline.errors import ImageError
from pipeline.service.blobs import Blobs
from pipeline.service.store.accepting import (
    Accepted,
    KeyReused,
    Offered,
    Posted,
    QueueFull,
    accept,
    known_digests,
)
from pipeline.service.store.database import Database, new_id

_LONGEST_NAME = 200
_UNNAMED = "receipt"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# The first bytes of image formats. Source: the PRONOM registry of file formats.
_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "image/jp2",
    b"\xff\x4f\xff\x51": "image/jp2",
}
_ISO_MEDIA = {b"avif": "image/avif", b"avis": "image/avif"}


class TooLarge(Exception):
    """A file has too many bytes or pixels; the message says which limit."""


class UnknownKind(Exception):
    """A file is of no kind that can be read."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A posted file.

    Attributes:
        name: the client's name, cleaned: without folders and control characters.
    """

    name: str
    content: bytes


def clean_name(given: str | None) -> str:
    """A client's file name as it is shown: its last part, without what hides or breaks lines."""
    last = re.split(r"[/\\]", given or "")[-1]
    return _CONTROL.sub("", last).strip()[:_LONGEST_NAME] or _UNNAMED


def media_type(content: bytes) -> str | None:
    """The kind of a file by its first bytes; ``None`` if it cannot be read."""
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if is_heif(content):
        return "image/heic"
    if content[4:8] == b"ftyp":
        return _ISO_MEDIA.get(content[8:12])
    if is_pdf(content):
        return "application/pdf"
    if is_mail(content):
        return "message/rfc822"
    if is_outlook_message(content):
        return None
    return "text/html" if is_html(content) else None


def check(upload: Upload, limits: ImageLimits) -> str:
    """Check a file before it is stored: bytes, kind, and the pixels that its header declares.

    Only headers that Pillow reads in Python are looked at: PDFs, and damage further on, are left
    to the workers, whose end ends nothing else.

    Returns:
        The media type.

    Raises:
        TooLarge, UnknownKind: it is not accepted.
    """
    if len(upload.content) > limits.max_bytes:
        raise TooLarge(too_many_bytes(len(upload.content), limits))
    kind = media_type(upload.content)
    if kind is None:
        raise UnknownKind("not an image, PDF, mail or HTML")
    if kind in ("image/jpeg", "image/png", "image/gif", "image/bmp"):
        try:
            width, height = image_size(upload.content, 1, limits, upload.name)
        except (ImageError, Image.DecompressionBombError) as error:
            reason = error.reason if isinstance(error, ImageError) else str(error)
            if reason.startswith("too large"):
                raise TooLarge(reason) from error
        else:
            if width * height > limits.max_pixels:
                raise TooLarge(f"{width} x {height} pixels, at most {limits.max_pixels:,}")
    return kind


def enter(
    database: Database,
    blobs: Blobs,
    uploads: Sequence[tuple[Upload, str]],
    posted_by: Posted,
    queue_limit: int,
) -> Accepted:
    """Store the bytes, then enter the files; once this returns nothing of them is lost.

    Args:
        uploads: the checked files with their media types.
        posted_by: who posts them; its ``files`` are replaced.

    Raises:
        KeyReused, QueueFull: nothing was accepted.
    """
    offered = [
        Offered(
            new_id(),
            upload.name,
            hashlib.sha256(upload.content).hexdigest(),
            kind,
            len(upload.content),
        )
        for upload, kind in uploads
    ]
    contents = {one.id: upload.content for one, (upload, _) in zip(offered, uploads, strict=True)}
    with database.reading() as session:
        digests = [one.sha256 for one in offered]
        known = known_digests(session, posted_by.tenant, digests)
    stored = set()
    for one in offered:
        if one.sha256 not in known:
            known.add(one.sha256)
            blobs.put(one.id, contents[one.id])
            stored.add(one.id)

    def accept_once() -> Accepted:
        posted = replace(posted_by, files=offered)
        with database.writing() as session:
            accepted = accept(session, posted, queue_limit)
            for file_id in accepted.needed - stored:  # the known file was deleted meanwhile
                blobs.put(file_id, contents[file_id])
            return accepted

    try:
        accepted = accept_once()
    except IntegrityError:
        # Another request with the same idempotency key was entered meanwhile.
        accepted = accept_once()
    except (KeyReused, QueueFull):
        _delete(blobs, stored)
        raise
    # After any other error the files may have been entered: what was not is deleted as an orphan.
    _delete(blobs, stored - accepted.needed)
    return accepted


def _delete(blobs: Blobs, ids: Iterable[str]) -> None:
    for blob_id in ids:
        blobs.delete(blob_id)
