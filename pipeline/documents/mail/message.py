"""A mail's body as one HTML page, and its attachments."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import (
    CloseBoundaryNotFoundDefect,
    MessageError,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import EmailMessage
from urllib.parse import unquote

from pipeline.errors import ImageError

_SHOWN_FIELDS = ("From", "Subject", "Date")
_NO_DOCUMENTS = frozenset(  # parts that secure or describe the mail itself
    "application/pgp-signature application/pkcs7-signature application/x-pkcs7-signature "
    "message/delivery-status text/rfc822-headers".split()
)
_UNDIVIDED = (
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
    MultipartInvariantViolationDefect,
)
# What Python's parser raises on damaged header fields.
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, MessageError)
_CONTENT_ID = re.compile(r"cid:([^\"'\s)>]+)", re.IGNORECASE)
_CHARSETS = ("utf-8", "cp1252")  # tried where a part names none that is known


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken apart.

    Attributes:
        body: the text with sender, subject and date above it, as HTML in UTF-8 that holds its
            pictures; ``None`` if the mail has no text.
        attachments: in their order, pictures that the body does not show among them.
        is_cut_off: the end of the mail is missing.
    """

    body: bytes | None
    attachments: tuple[Attachment, ...]
    is_cut_off: bool


@dataclass(slots=True)
class _Parts:
    """What the parts of a mail are for, in the order of the mail."""

    texts: list[str] = field(default_factory=list)
    pictures: dict[str, EmailMessage] = field(default_factory=dict)
    attachments: list[EmailMessage] = field(default_factory=list)


def read_mail(content: bytes, name: str) -> Mail:
    """Take a mail apart.

    Raises:
        ImageError: it is damaged, or has neither text nor attachments; the message begins with
            ``name``.
    """
    try:
        return _taken_apart(content, name)
    except _DAMAGE as error:
        raise ImageError(name, f"the mail is damaged: {error}") from error


def _taken_apart(content: bytes, name: str) -> Mail:
    message = message_from_bytes(content.lstrip(), policy=policy.default)
    defects = [defect for part in message.walk() for defect in part.defects]
    if any(isinstance(defect, _UNDIVIDED) for defect in defects):
        raise ImageError(name, "the mail is damaged: its parts cannot be told apart")
    parts = _Parts()
    _sort(message, parts)
    shown = _shown_pictures(parts)
    attachments = [
        *parts.attachments,
        *(part for name, part in parts.pictures.items() if name not in shown),
    ]
    order = {id(part): number for number, part in enumerate(message.walk())}
    attachments.sort(key=lambda part: order[id(part)])
    body = _body(message, parts.texts, shown)
    if body is None and not attachments:
        raise ImageError(name, "the mail is empty: it has neither text nor attachments")
    return Mail(
        body,
        tuple(_attachment(part, number) for number, part in enumerate(attachments, start=1)),
        is_cut_off=any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in defects),
    )


def _sort(part: EmailMessage, parts: _Parts) -> None:
    """Put a part, or all parts within it, to what they are for."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        for child in _best(list(_children(part))):
            _sort(child, parts)
    elif part.is_multipart() and kind != "message/rfc822":
        for child in _children(part):
            _sort(child, parts)
    elif kind in _NO_DOCUMENTS:
        return
    elif _is_text(part):
        text = _text(part)
        if text.strip():
            parts.texts.append(text if kind == "text/html" else _as_html(text))
    elif part.get_content_maintype() == "image" and part["Content-ID"]:
        parts.pictures[str(part["Content-ID"]).strip().strip("<>")] = part
    else:
        parts.attachments.append(part)


def _children(part: EmailMessage) -> Iterator[EmailMessage]:
    for child in part.iter_parts():
        assert isinstance(child, EmailMessage)
        yield child


def _best(alternatives: Sequence[EmailMessage]) -> Sequence[EmailMessage]:
    """Of several forms of the same text, the last with HTML; without HTML the first."""
    with_html = [
        one
        for one in alternatives
        if any(part.get_content_type() == "text/html" for part in one.walk())
    ]
    return with_html[-1:] or alternatives[:1]


def _is_text(part: EmailMessage) -> bool:
    is_shown = part.get_content_disposition() != "attachment" and not part.get_filename()
    return is_shown and part.get_content_type() in ("text/html", "text/plain")


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    for charset in (part.get_content_charset(), *_CHARSETS):
        try:
            return payload.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("cp1252", "replace")


def _as_html(text: str) -> str:
    return f'<pre style="white-space: pre-wrap">{html.escape(text)}</pre>'


def _shown_pictures(parts: _Parts) -> dict[str, EmailMessage]:
    """The pictures that the text shows in their place, by their content id."""
    names = {unquote(name) for text in parts.texts for name in _CONTENT_ID.findall(text)}
    return {name: part for name, part in parts.pictures.items() if name in names}


def _body(
    message: EmailMessage, texts: Sequence[str], pictures: Mapping[str, EmailMessage]
) -> bytes | None:
    if not texts:
        return None
    addresses = {name: _data_address(part) for name, part in pictures.items()}

    def with_data(match: re.Match[str]) -> str:
        return addresses.get(unquote(match[1]), match[0])

    fields = "".join(
        f"<div>{name}: {html.escape(str(message[name]))}</div>"
        for name in _SHOWN_FIELDS
        if message[name]
    )
    # What follows may be a whole document of its own; its declarations do no harm here.
    page = "<hr>".join(_CONTENT_ID.sub(with_data, text) for text in texts)
    return f"\ufeff<!doctype html><body><div>{fields}</div>{page}".encode(errors="replace")


def _data_address(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return f"data:{part.get_content_type()};base64,{base64.b64encode(payload).decode()}"


def _attachment(part: EmailMessage, number: int) -> Attachment:
    kind = part.get_content_type()
    suffix = ".eml" if kind == "message/rfc822" else mimetypes.guess_extension(kind) or ""
    name = part.get_filename() or f"attachment-{number}{suffix}"
    if kind == "message/rfc822":
        (inner,) = part.iter_parts()
        return Attachment(name, inner.as_bytes(policy=policy.default.clone(refold_source="none")))
    payload = part.get_payload(decode=True)
    return Attachment(name, payload if isinstance(payload, bytes) else b"")
