"""Mails and HTML: their text becomes pages, their attachments are files of their own."""

from __future__ import annotations

import base64
import quopri
import threading
from collections.abc import Callable
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from extraction_fakes import WORDS as RECEIPT
from extraction_fakes import fake_extractor
from input_files import pdf
from mail_parts import alternatives, with_attachments
from mails import PLAIN, TABLE, TABLE_WORDS, WORDS, mail, picture, written

from pipeline.documents.load import load_page, load_pages, page_size
from pipeline.documents.mail.message import read_mail
from pipeline.documents.mail.recognise import is_mail
from pipeline.errors import ImageError

HEADER = "From: Corner Bakery <till@bakery.example> Subject: Your receipt "


HEADER_WORDS = f"{HEADER}Date: Tue, 03 Nov 2026 10:00:00 +0000".split()


def words_of(content: bytes) -> list[str]:
    """The words of the one page of a mail or HTML file, without the mail's header."""
    (page,) = load_pages(content, name="a.eml")
    assert page.text is not None, "not trusted"
    words = [token.text for token in page.text.tokens]
    header = HEADER_WORDS if words[: len(HEADER_WORDS)] == HEADER_WORDS else []
    return words[len(header) :]


TEXTS: dict[str, tuple[bytes, list[str]]] = {
    "plain": (mail(PLAIN).as_bytes(), WORDS),
    "HTML": (mail(html=TABLE).as_bytes(), TABLE_WORDS),
    "HTML before plain": (mail("see HTML", TABLE).as_bytes(), TABLE_WORDS),
    "an HTML document with head and style": (
        mail(
            html=f"<!doctype html><html><head><style>td{{color:#333}}</style></head>{TABLE}"
        ).as_bytes(),
        TABLE_WORDS,
    ),
    "with line ends of Unix, a line of mbox": (
        b"From till Tue Nov  3 10:00:00 2026\n" + written(PLAIN.encode(), "text/plain"),
        ["From:", "till@bakery.example", "Subject:", "Your", "receipt", *WORDS],
    ),
    "what is hidden is not read": (
        mail(html=f'<div style="display:none">preview</div>{TABLE}').as_bytes(),
        TABLE_WORDS,
    ),
    "scripts do not run": (
        mail(html=f"<script>document.write('evil')</script>{TABLE}").as_bytes(),
        TABLE_WORDS,
    ),
    "HTML file": (f"<!DOCTYPE html><meta charset=utf-8>{TABLE}".encode(), TABLE_WORDS),
    "HTML file with a comment first": (f"<!-- x -->\n<html>{TABLE}".encode(), TABLE_WORDS),
    "HTML file in UTF-16": (f"\ufeff<html>{TABLE}".encode("utf-16-le"), TABLE_WORDS),
    "HTML file that names its charset": (
        "<html><meta charset=windows-1251><p>Итого 8,30".encode("cp1251"),
        ["Итого", "8,30"],
    ),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", TEXTS)
def test_every_word_of_the_text(name: str) -> None:
    content, words = TEXTS[name]
    assert words_of(content) == words


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Zürich Łódź Итого €"),
        ("iso-8859-1", "Zürich Málaga"),
        ("iso-8859-2", "Łódź Kraków"),
        ("iso-8859-15", "Total 8,30 €"),
        ("windows-1252", "Total 8,30 €"),
        ("koi8-r", "Итого к оплате"),
        ("iso-2022-jp", "合計 領収書"),
        ("gb18030", "合计 发票"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_charsets_and_encodings(charset: str, text: str, encoding: str) -> None:
    encode: Callable[[bytes], bytes] = {
        "8bit": bytes,
        "quoted-printable": quopri.encodestring,
        "base64": base64.encodebytes,
    }[encoding]
    kind = f'text/html; charset="{charset}"'
    body = f"<p>{text}, {'very ' * 30}long</p>".encode(charset)
    read = read_mail(written(encode(body), kind, encoding), "a.eml")
    assert read.body is not None and f"<p>{text}, very" in read.body.decode()


def test_a_charset_that_nobody_knows() -> None:
    body = "Zürich 8,30 €".encode("cp1252")
    read = read_mail(written(body, "text/plain; charset=x-unknown"), "a.eml")
    assert read.body is not None and "Zürich 8,30 €" in read.body.decode()


def test_encoded_subjects_and_names_of_files() -> None:
    message = mail(PLAIN)
    message.replace_header("Subject", "Quittung für Łódź")
    content = with_attachments(message, ("Beleg für März.png", "image/png", picture()))
    read = read_mail(content, "a.eml")
    assert b"=?utf-8?" in content and "Quittung für Łódź" in (read.body or b"").decode()
    assert [one.name for one in read.attachments] == ["Beleg für März.png"]


@pytest.mark.usefixtures("here")
def test_inline_pictures_are_shown_in_their_place() -> None:
    message = mail("plain", f'<img src="cid:logo%40bakery" width=300 height=200>{TABLE}')
    related = message.get_payload(1)
    related.add_related(picture((255, 0, 0)), "image", "png", cid="<logo@bakery>")
    related.add_related(picture((0, 255, 0)), "image", "png", cid="<unused>", filename="scan.png")
    inline, unused = load_pages(message.as_bytes())
    colours = inline.image.getcolors(10_000_000)
    assert any(count > 50_000 and colour == (255, 0, 0) for count, colour in colours)
    assert [token.text for token in inline.text.tokens][-7:] == TABLE_WORDS  # type: ignore[union-attr]
    assert (unused.attachment, unused.image.getpixel((5, 5))) == ("scan.png", (0, 255, 0))


@pytest.mark.usefixtures("here")
def test_attachments_are_files_of_their_own(tmp_path: Path) -> None:
    forwarded = with_attachments(mail(PLAIN), ("deep.png", "image/png", picture((0, 0, 255))))
    message = mail("See attached.")
    for name, kind, content in (
        ("two.pdf", "application/pdf", pdf(2)),
        ("offer.docx", "application/vnd.ms-word", b"PK\x03\x04 not a receipt"),
        ("photo.png", "application/octet-stream", picture()),
        ("receipt.html", "text/html", TABLE.encode()),
    ):
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "a@example.org", "Fwd: receipt"
    inner.set_content("Hello")
    inner.add_attachment(picture(), maintype="image", subtype="png", filename="deep.png")
    message.add_attachment(inner, filename="forwarded.eml")
    assert is_mail(forwarded)
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    found = list(load_pages(path))
    assert [(page.attachment, page.number) for page in found] == [
        (None, 1),
        ("two.pdf", 1),
        ("two.pdf", 2),
        ("offer.docx", 1),
        ("photo.png", 1),
        ("receipt.html", 1),
        ("forwarded.eml", 1),
        ("forwarded.eml/deep.png", 1),
    ]
    with pytest.raises(ImageError, match="not an image of a known kind"):
        _ = found[3].image
    assert load_page(path, 1, attachment="forwarded.eml/deep.png").size == (60, 40)
    assert page_size(path, 1) == found[0].image.size
    with pytest.raises(ImageError, match="has no page 3 of two"):
        load_page(path, 3, attachment="two.pdf")


def test_text_around_an_attachment_within_an_alternative() -> None:
    inner = (
        alternatives(
            ("text/html", b"<p>before"),
            ("image/png", b"picture"),
            ("text/html", b"<p>after"),
            kind="mixed",
        )
        .replace(b"--x", b"--y")
        .replace(b"boundary=x", b"boundary=y")
    )
    inner_type, _, inner_body = inner.partition(b"Content-Transfer-Encoding: 8bit\n\n")
    kind = inner_type.rpartition(b"Content-Type: ")[2].strip().decode()
    read = read_mail(alternatives(("text/plain", b"plain"), (kind, inner_body)), "a.eml")
    assert read.body is not None and b"<p>before<hr><p>after" in read.body
    assert b"plain" not in read.body
    assert [one.name for one in read.attachments] == ["attachment-1.png"]


def test_signatures_are_no_documents() -> None:
    signed = alternatives(
        ("text/plain", PLAIN.encode()), ("application/pgp-signature", b"-----BEGIN"), kind="signed"
    )
    read = read_mail(signed, "a.eml")
    assert read.body is not None and read.attachments == ()


@pytest.mark.usefixtures("here")
def test_one_record_for_each_part() -> None:
    """A body that is no receipt does not hide a receipt that is attached, nor a damaged file."""
    html = "".join(f"<p>{word}</p>" for word in RECEIPT)
    content = with_attachments(
        EmailMessage(),
        ("receipt.html", "text/html", html.encode()),
        ("cut.pdf", "application/pdf", pdf()[:60]),
        ("photo.png", "image/png", picture()),
    )
    records = fake_extractor().extract(b"From: a@example.org\nDate: today\n" + content, "in/a.eml")
    assert [
        (one.source.path, one.source.attachment, one.source.read_from, one.status)
        for one in records
    ] == [
        ("in/a.eml", "receipt.html", "text", "ok"),
        ("in/a.eml", "cut.pdf", None, "error"),
        ("in/a.eml", "photo.png", "ocr", "ok"),
    ]
    assert len({one.source.sha256 for one in records}) == 1
    assert records[1].error is not None and records[1].error.startswith("the PDF is damaged")


def test_a_process_of_its_own_that_fetches_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / "secret.png").write_bytes(picture((255, 0, 0)))
    html = (
        f'<link rel=stylesheet href="{address}/a.css"><style>@import url({address}/b.css);'
        f"p {{ background: url({address}/c.png) }}</style>"
        f'<img src="{address}/d.png"><img width=300 src="{(tmp_path / "secret.png").as_uri()}">'
        f'<iframe src="{address}/e.html"></iframe><base href="{address}"><img src="f.png">{TABLE}'
    )
    try:
        (page,) = load_pages(mail(html=html).as_bytes())
        assert page.text is not None
        assert [token.text for token in page.text.tokens][-7:] == TABLE_WORDS
    finally:
        server.shutdown()
    assert asked == []
    assert all(colour != (255, 0, 0) for _, colour in page.image.getcolors(10_000_000))
