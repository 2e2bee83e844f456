"""Drawn receipts as PDFs, by programs that write PDFs in different ways.

Each writer takes a drawn receipt and gives a PDF of one page that shows its words, and nothing
else, in their places.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import groupby

import fontpkg
import pikepdf
from fpdf import FPDF
from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.document import Box
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken
from pipeline.synthetic.generate import LOCALES, draw_receipt

POINTS = 0.45
"""Points per layout unit."""
_ASCENT = 0.78  # of a word's box above its baseline

LATIN_1 = [name for name in LOCALES if name[:2] in ("de", "en", "es", "fr", "id", "it", "nl")]

Writer = Callable[[DrawnReceipt], bytes]


def receipt(seed: int) -> DrawnReceipt:
    """A drawn receipt in characters that all writers' fonts have, the words of a line on one
    baseline."""
    drawn = draw_receipt(seed, LATIN_1[seed % len(LATIN_1)])
    if any(not _is_western(token.text) for token in drawn.tokens):
        return receipt(seed + 1000)
    tokens: list[DrawnToken] = []
    for _, line in groupby(drawn.tokens, key=lambda token: token.line):
        words = list(line)
        top, bottom = words[0].box.y0, words[0].box.y1
        tokens += (replace(word, box=Box(word.box.x0, top, word.box.x1, bottom)) for word in words)
    return replace(drawn, tokens=tuple(tokens))


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def font_file(family: str) -> str:
    return str(fontpkg.path(family, weight=400, nearest=True))


def page_size(drawn: DrawnReceipt) -> tuple[float, float]:
    return drawn.width * POINTS, drawn.height * POINTS


def baseline(drawn: DrawnReceipt, token: DrawnToken) -> tuple[float, float]:
    """Where a word starts, in points from the lower left corner of the page."""
    box = token.box
    return box.x0 * POINTS, (drawn.height - box.y0 - _ASCENT * box.height) * POINTS


def fitting_size(token: DrawnToken, width_at_one: float) -> float:
    """The font size at which a word is as wide as it was drawn, and not higher."""
    box = token.box
    return min(0.8 * box.height, box.width / max(width_at_one, 0.01)) * POINTS


def reportlab_words(drawn: DrawnReceipt, family: str = "Arimo", in_form: bool = False) -> bytes:
    """ReportLab: a subset TrueType font, every word a text of its own.

    Args:
        in_form: the last word is the value of a form's text field.
    """
    pdfmetrics.registerFont(TTFont(family, font_file(family)))
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=page_size(drawn))
    for token in drawn.tokens[:-1] if in_form else drawn.tokens:
        size = fitting_size(token, pdfmetrics.stringWidth(token.text, family, 1))
        canvas.setFont(family, size)
        canvas.drawString(*baseline(drawn, token), token.text)
    if in_form:
        last = drawn.tokens[-1]
        x, y = baseline(drawn, last)
        size = 0.6 * last.box.height * POINTS
        canvas.acroForm.textfield(
            value=last.text,
            x=x - 2,
            y=y - 0.5 * size,  # the text is centred in its field
            width=last.box.width * POINTS + 40,
            height=1.7 * size,
            fontSize=size,
            borderWidth=0,
        )
    canvas.save()
    return buffer.getvalue()


def reportlab_letterspaced(drawn: DrawnReceipt) -> bytes:
    """ReportLab: an unembedded standard font, a tenth of an em and more between all letters."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=page_size(drawn))
    for token in drawn.tokens:
        wide = pdfmetrics.stringWidth(token.text, "Helvetica", 1) + 0.2 * len(token.text)
        size = fitting_size(token, wide)
        text = canvas.beginText(*baseline(drawn, token))
        text.setFont("Helvetica", size)
        text.setCharSpace(0.2 * size)
        text.textOut(token.text)
        canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


def fpdf_words(drawn: DrawnReceipt, family: str = "Inconsolata") -> bytes:
    """fpdf2: a subset font whose characters are glyph numbers (Identity-H)."""
    pdf = FPDF(unit="pt", format=page_size(drawn))
    pdf.add_page()
    pdf.add_font("own", fname=font_file(family))
    for token in drawn.tokens:
        pdf.set_font("own", size=100)
        pdf.set_font("own", size=fitting_size(token, pdf.get_string_width(token.text) / 100))
        x, y = baseline(drawn, token)
        pdf.text(x, drawn.height * POINTS - y, token.text)
    return bytes(pdf.output())


def weasyprint_words(drawn: DrawnReceipt, family: str = "IBM Plex Mono") -> bytes:
    """WeasyPrint: HTML set by Pango, with kerning and ligatures."""
    import weasyprint
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # which importing weasyprint sets for the process

    width, height = page_size(drawn)
    words = "".join(
        f'<p style="left:{token.box.x0 * POINTS:.2f}pt; top:{token.box.y0 * POINTS:.2f}pt; '
        f'font-size:{fitting_size(token, 0.62 * len(token.text)):.2f}pt">'
        f"{html.escape(token.text)}</p>"
        for token in drawn.tokens
    )
    return bytes(
        weasyprint.HTML(
            string=f"<style>@page {{ size: {width}pt {height}pt; margin: 0 }}"
            f'@font-face {{ font-family: own; src: url("file://{font_file(family)}") }}'
            "p { position: absolute; margin: 0; font-family: own, sans-serif; white-space: pre }"
            f"</style>{words}"
        ).write_pdf()
    )


def matplotlib_words(drawn: DrawnReceipt, font_type: int = 3) -> bytes:
    """Matplotlib: fonts as drawing procedures (type 3) or as TrueType (42)."""
    import matplotlib
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    width, height = page_size(drawn)
    buffer = BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": font_type}):
        figure = Figure(figsize=(width / 72, height / 72))
        for token in drawn.tokens:
            x, y = baseline(drawn, token)
            size = fitting_size(token, 0.85 * len(token.text))
            figure.text(x / width, y / height, token.text, size=size, parse_math=False)
        FigureCanvasPdf(figure).print_pdf(buffer)
    return buffer.getvalue()


def pikepdf_lines(drawn: DrawnReceipt) -> bytes:
    """pikepdf: a content stream by hand, a line a text, gaps instead of spaces."""
    content: list[str] = ["BT"]
    for _, line in groupby(drawn.tokens, key=lambda token: token.line):
        tokens = list(line)
        size = min(fitting_size(token, 0.6 * len(token.text)) for token in tokens)
        x, y = baseline(drawn, tokens[0])
        content.append(f"/F1 {size:.3f} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm [")
        at = x
        for token in tokens:
            start = token.box.x0 * POINTS
            content.append(f"{-(start - at) / size * 1000:.1f}")
            for first in range(0, len(token.text), 2):
                piece = token.text[first : first + 2].encode("cp1252")
                content.append(f"<{piece.hex()}> 0")
            at = start + 0.6 * size * len(token.text)
        content.append("] TJ")
    content.append("ET")
    return page_of("\n".join(content), page_size(drawn), "Courier")


def page_of(content: str, size: tuple[float, float], font: str = "Helvetica") -> bytes:
    """A PDF of one page with this content stream; F1 is one of the standard fonts."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=size)
    page.Contents = pdf.make_stream(content.encode("latin-1"))
    standard = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name(f"/{font}"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(standard)))
    return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def picture_of(drawn: DrawnReceipt, scale: float = 1.0) -> Image.Image:
    """The words in black on white."""
    from pipeline.synthetic.picture.fonts import TYPEFACES, load_font

    image = Image.new("RGB", (round(drawn.width * scale), round(drawn.height * scale)), "white")
    brush = ImageDraw.Draw(image)
    for token in drawn.tokens:
        size = max(6, round(fitting_size(token, 0.6 * len(token.text)) / POINTS * scale))
        font = load_font(TYPEFACES[0][0], "normal", size)
        brush.text((token.box.x0 * scale, token.box.y0 * scale), token.text, "black", font)
    return image


def rotated(content: bytes, degrees: int) -> bytes:
    """The PDF with pages that viewers turn clockwise."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for page in pdf.pages:
            page.Rotate = degrees
        return saved(pdf)


WRITERS: dict[str, Writer] = {
    "reportlab": reportlab_words,
    "reportlab, rotated page": lambda drawn: rotated(reportlab_words(drawn), 90),
    "reportlab, upside down": lambda drawn: rotated(reportlab_words(drawn), 180),
    "reportlab, form": lambda drawn: reportlab_words(drawn, in_form=True),
    "reportlab, letterspaced": reportlab_letterspaced,
    "fpdf2": fpdf_words,
    "fpdf2, condensed": lambda drawn: fpdf_words(drawn, "Roboto Condensed"),
    "weasyprint": weasyprint_words,
    "matplotlib, type 3": matplotlib_words,
    "matplotlib, type 42": lambda drawn: matplotlib_words(drawn, 42),
    "pikepdf, gaps for spaces": pikepdf_lines,
}
