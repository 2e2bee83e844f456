"""Mails and HTML receipts, good and bad, as programs write them."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO

from PIL import Image

PLAIN = "Corner Bakery\n\nLoaf        4.80\nCoffee      3.50\nTotal EUR   8.30\n"
TABLE = (
    "<table width=600 align=center bgcolor='#ffffff'><tr><td>Corner Bakery"
    "<td align=right>8.30<tr><td colspan=2><table width='100%'><tr><td>Loaf"
    "<td align=right>4.80<tr><td>Coffee<td align=right>3.50</table></table>"
)
WORDS = "Corner Bakery Loaf 4.80 Coffee 3.50 Total EUR 8.30".split()
TABLE_WORDS = "Corner Bakery 8.30 Loaf 4.80 Coffee 3.50".split()


def mail(text: str | None = None, html: str | None = None) -> EmailMessage:
    """A mail with a text in plain form, as HTML, or both."""
    message = EmailMessage()
    message["From"] = "Corner Bakery <till@bakery.example>"
    message["To"] = "me@example.org"
    message["Subject"] = "Your receipt"
    message["Date"] = "Tue, 03 Nov 2026 10:00:00 +0000"
    if text is not None:
        message.set_content(text)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    return message


def written(body: bytes, content_type: str, encoding: str = "8bit") -> bytes:
    """A mail whose body stands there as given, with Unix line ends."""
    return (
        b"From: till@bakery.example\nSubject: Your receipt\nMIME-Version: 1.0\n"
        b"Content-Type: %s\nContent-Transfer-Encoding: %s\n\n%s"
        % (content_type.encode(), encoding.encode(), body)
    )


def picture(colour: tuple[int, int, int] = (255, 255, 255)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (60, 40), colour).save(buffer, "PNG")
    return buffer.getvalue()
