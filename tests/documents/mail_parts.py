"""Mails with parts, for tests."""

from __future__ import annotations

from email.message import EmailMessage

from mails import written


def with_attachments(message: EmailMessage, *files: tuple[str, str, bytes]) -> bytes:
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def alternatives(*parts: tuple[str, bytes], kind: str = "alternative") -> bytes:
    bodies = b"".join(b"--x\nContent-Type: %s\n\n%s\n" % (of.encode(), body) for of, body in parts)
    return written(bodies + b"--x--\n", f"multipart/{kind}; boundary=x")
