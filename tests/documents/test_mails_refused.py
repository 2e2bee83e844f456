"""Mails that are malformed, too large or not mails at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from input_files import pdf
from mail_parts import alternatives, with_attachments
from mails import PLAIN, mail, picture, written

from pipeline.documents.limits import ImageLimits
from pipeline.documents.load import load_pages
from pipeline.documents.mail import render_html, rendering
from pipeline.documents.mail.message import read_mail
from pipeline.documents.mail.recognise import is_html, is_mail
from pipeline.errors import ImageError
from pipeline.install import how_to_install


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
