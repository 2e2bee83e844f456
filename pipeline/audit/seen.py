"""What an audit keeps of a receipt's file and picture, so that they are looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen.

    Attributes:
        picture: as ``picture_hash``; ``None`` if no picture could be made.
        signs: as ``pack_signs``.
    """

    picture: str | None = None
    signs: str = ""


def seen_in(file: Path | None, record: Receipt) -> Seen:
    """Look at a record's file; nothing is seen without one, and for a record that is an error."""
    from pipeline.audit.pictures import hash_of_picture, page_in
    from pipeline.audit.tampering.look import signs_of
    from pipeline.audit.tampering.signs import pack_signs

    if file is None or record.status == "error":
        return Seen()
    page = page_in(file, record)
    picture = None if page is None else hash_of_picture(record, page)
    return Seen(picture, pack_signs(signs_of(record, file, page)))
