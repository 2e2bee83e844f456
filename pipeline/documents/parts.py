"""The files in a file: a mail holds its text and its attachments, any other file itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from pipeline.document import Page
from pipeline.documents.limits import ImageLimits, check_pages
from pipeline.documents.mail.message import read_mail
from pipeline.documents.mail.recognise import is_mail
from pipeline.documents.page_image import LoadedPage
from pipeline.errors import ImageError

_DEEPEST = 10  # mails within mails


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a file within a mail.

    Attributes:
        content: never that of a mail.
        attachment: its name in the mail, after the names of mails within which it is, such as
            ``forwarded.eml/receipt.pdf``; ``None`` for the file itself and for a mail's text.
    """

    content: bytes
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class AttachedPage:
    """A page of an attachment."""

    page: LoadedPage
    attachment: str

    @property
    def number(self) -> int:
        return self.page.number

    @property
    def image(self) -> Image.Image:
        return self.page.image

    @property
    def text(self) -> Page | None:
        return self.page.text


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """A page, or what should be one, that cannot be loaded: asking for its content raises the
    error."""

    error: ImageError
    number: int
    attachment: str | None = None

    @property
    def image(self) -> Image.Image:
        raise self.error

    @property
    def text(self) -> Page | None:
        raise self.error


def parts_of(content: bytes, limits: ImageLimits, name: str) -> Iterator[Part | BrokenPage]:
    """A mail's text and attachments, those of mails within it included; any other file as it is.

    Raises:
        ImageError: the file is a mail that cannot be read.
    """
    if not is_mail(content):
        yield Part(content)
        return
    for count, part in enumerate(_of_mail(content, name), start=1):
        check_pages(count, limits, name)
        yield part


def _of_mail(
    content: bytes, name: str, within: str | None = None, depth: int = 1
) -> Iterator[Part | BrokenPage]:
    """The parts of a mail; ``within`` is its own path among the attachments."""
    mail = read_mail(content, name)
    if mail.body is not None:
        yield Part(mail.body, within)
    for attachment in mail.attachments:
        path = attachment.name if within is None else f"{within}/{attachment.name}"
        if not is_mail(attachment.content):
            yield Part(attachment.content, path)
        elif depth == _DEEPEST:
            yield BrokenPage(ImageError(name, "too many mails within mails"), 1, path)
        else:
            try:
                yield from _of_mail(attachment.content, name, path, depth + 1)
            except ImageError as error:
                yield BrokenPage(error, 1, path)
    if mail.is_cut_off:
        yield BrokenPage(ImageError(name, "the mail is cut off: its end is missing"), 1, within)
