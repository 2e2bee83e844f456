"""Recognise mails and HTML by their content."""

from __future__ import annotations

import re

_HEAD = 4096  # bytes that are looked at
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OUTLOOK = "__substg1.0_".encode("utf-16-le")  # how Outlook names the parts of a mail
_FIELD = re.compile(rb"[!-9;-~]+:")
_MAIL_FIELDS = frozenset(
    b"bcc cc content-type date delivered-to from message-id mime-version received return-path "
    b"subject to x-mailer".split()
)
_LEAST_FIELDS = 2
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title|style|table|div|p|"
    rb"center|span|font|pre|br)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_html(content: bytes) -> bool:
    """Whether the content begins as HTML, in any encoding that has ASCII as its part, or UTF-16."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    return _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def is_mail(content: bytes) -> bool:
    """Whether the content begins with the header fields of a mail."""
    names = set()
    lines = content[:_HEAD].lstrip().splitlines()
    for line in lines[1:] if lines and lines[0].startswith(b"From ") else lines:
        if line[:1] in (b" ", b"\t"):
            continue
        field = _FIELD.match(line)
        if field is None:
            break
        names.add(field[0][:-1].lower())
    return len(names & _MAIL_FIELDS) >= _LEAST_FIELDS


def is_outlook_message(content: bytes) -> bool:
    """Whether the content is a mail in Outlook's own format, ``.msg``."""
    return content.startswith(_OLE) and _OUTLOOK in content
