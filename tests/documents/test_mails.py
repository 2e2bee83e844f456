"""Mails and HTML: their text becomes pages, their attachments are files of their own."""

from __future__ import annotations

import base64
import quopri
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from extraction_fakes import WORDS as RECEIPT
from extraction_fakes import fake_extractor
from hypothesis import given, settings
from hypothesis import strategies as st
from input_files import pdf
from mails import PLAIN, TABLE, TABLE_WORDS, WORDS, mail, picture, written
from PIL import ImageFile

from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_page, load_pages, page_size
from pipeline.documents.mail import render_html, rendering
from pipeline.documents.mail.message import read_mail
from pipeline.documents.mail.recognise import is_html, is_mail
from pipeline.errors import ImageError
from pipeline.install import how_to_install

HEADER = "From: Corner Bakery <till@bakery.example> Subject: Your receipt "
HEADER_WORDS = f"{HEADER}Date: Tue, 03 Nov 2026 10:00:00 +0000".split()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """HTML is rendered in this process, which loads WeasyPrint once."""

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[bytes]:
        typeface, _seconds, _memory, most_pages = command[3:]
        made = render_html.rendered(given["input"], typeface, int(most_pages))
        return subprocess.CompletedProcess(command, 0, render_html.cut_to_content(made), b"")

    monkeypatch.setattr(rendering.subprocess, "run", run)
    truncated = ImageFile.LOAD_TRUNCATED_IMAGES
    yield
    ImageFile.LOAD_TRUNCATED_IMAGES = truncated  # importing WeasyPrint sets it


def words_of(content: bytes) -> list[str]:
    """The words of the one page of a mail or HTML file, without the mail's header."""
    (page,) = load_pages(content, name="a.eml")
    assert page.text is not None, "not trusted"
    words = [token.text for token in page.text.tokens]
    header = HEADER_WORDS if words[: len(HEADER_WORDS)] == HEADER_WORDS else []
    return words[len(header) :]


def with_attachments(message: EmailMessage, *files: tuple[str, str, bytes]) -> bytes:
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


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


def alternatives(*parts: tuple[str, bytes], kind: str = "alternative") -> bytes:
    bodies = b"".join(b"--x\nContent-Type: %s\n\n%s\n" % (of.encode(), body) for of, body in parts)
    return written(bodies + b"--x--\n", f"multipart/{kind}; boundary=x")


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


def reason_of(content: bytes, limits: ImageLimits | None = None) -> str:
    with pytest.raises(ImageError) as caught:
        for page in load_pages(content, limits, "a.eml"):
            _ = page.image
    assert str(caught.value).startswith("a.eml: ")
    return caught.value.reason


CUT = alternatives(("text/plain", PLAIN.encode()), kind="mixed").removesuffix(b"--x--\n")


@pytest.mark.usefixtures("here")
def test_malformed_mails() -> None:
    empty = b"From: a@example.org\nSubject: nothing\n\n"
    assert "neither text nor attachments" in reason_of(empty)
    assert "parts cannot be told apart" in reason_of(written(b"x", "multipart/mixed"))
    assert "parts cannot be told apart" in reason_of(written(b"x", "multipart/mixed; boundary=y"))
    assert "the mail is cut off" in reason_of(CUT)
    assert "save the mail as .eml" in reason_of(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "__substg1.0_".encode("utf-16-le")
    )


@pytest.mark.usefixtures("here")
def test_what_a_mail_that_is_cut_off_still_has_is_read() -> None:
    text, broken = load_pages(CUT)
    assert text.text is not None and text.text.tokens[-1].text == "8.30"
    with pytest.raises(ImageError, match="cut off"):
        _ = broken.text


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    small = ImageLimits(max_bytes=2000)
    assert "too large" in reason_of(mail(html="<p>" + "x" * 3000).as_bytes(), small)
    many = with_attachments(mail(PLAIN), *[("a.png", "image/png", picture())] * 3)
    monkeypatch.setattr(rendering, "find_spec", lambda _: None)
    assert how_to_install("mail") in reason_of(many)
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.documents.load.html_to_pdf", lambda content, limits, name: pdf())
    assert "too many pages: 3" in reason_of(many, ImageLimits(max_pages=2))


def test_time_and_pages_of_html_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    long = b"<html>" + b"<div style='height: 9000px'>x</div>" * 3
    assert "too many pages: 3" in reason_of(long, ImageLimits(max_pages=2))
    monkeypatch.setattr(rendering, "_PROGRAM", Path(__file__).with_name("never_ends.py"))
    monkeypatch.setattr(rendering, "TIME_LIMIT", 1)
    assert reason_of(b"<html>") == "rendering the HTML took more than 1 seconds"


def test_the_program_that_renders_says_why_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(code: int, errors: bytes) -> None:
        done = subprocess.CompletedProcess([], code, b"", errors)
        monkeypatch.setattr(rendering.subprocess, "run", lambda *_, **__: done)

    failing(render_html.NO_LIBRARY, b"cannot load library 'libpango-1.0-0'")
    assert "apt install libpango" in reason_of(b"<html>")
    failing(1, b"Traceback\nMemoryError")
    assert reason_of(b"<html>") == "the HTML cannot be rendered: MemoryError"
    failing(-24, b"")
    assert "seconds of a core" in reason_of(b"<html>")


def test_what_is_neither_mail_nor_html() -> None:
    for content in (b"dear diary: today", b"", b"%PDF-1.7", b"note: a\nlist: b\n", picture()):
        assert not is_mail(content) and not is_html(content)


@settings(max_examples=30)
@given(st.binary(max_size=300), st.sampled_from(["multipart/mixed; boundary=x", "text/html"]))
def test_any_bytes_give_a_mail_or_a_reason(body: bytes, kind: str) -> None:
    try:
        read = read_mail(written(body, kind), "a.eml")
    except ImageError as error:
        assert error.source == "a.eml"
    else:
        assert read.body or read.attachments


def test_weasyprint_is_not_loaded_without_need() -> None:
    code = "import pipeline.documents.load, sys; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
