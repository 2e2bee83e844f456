"""Drawn receipts: from a seed to words in their places, with the truth about them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.synthetic.catalog import GOODS
from pipeline.data.synthetic.content import Sale, make_sale
from pipeline.data.synthetic.corrupt import add_ocr_noise
from pipeline.data.synthetic.drawn import SOURCE, DrawnReceipt
from pipeline.data.synthetic.layout import Layout, draw_style
from pipeline.data.synthetic.locales import COUNTRIES, Country
from pipeline.data.synthetic.merchants import draw_merchant
from pipeline.data.synthetic.placing import place_rows
from pipeline.data.synthetic.rows import Row
from pipeline.document import Page, Token

LABELS = frozenset(
    "merchant_name merchant_address merchant_phone date time item_description item_quantity "
    "item_unit_price item_total subtotal tax tip discount total cash change".split()
)
KINDS = tuple(GOODS)
LOCALES = tuple(COUNTRIES)


def draw_receipt(seed: int, locale: str | None = None, kind: str | None = None) -> DrawnReceipt:
    """One receipt; the same seed, locale and kind always give the same.

    Raises:
        KeyError: an unknown locale or kind.
    """
    rng = random.Random(f"{seed}/{locale}/{kind}")
    country = COUNTRIES[locale or rng.choice(LOCALES)]
    kind = kind or rng.choice(KINDS)
    sale = make_sale(rng, country, kind)
    merchant = draw_merchant(rng, country, kind)
    when = datetime(2012, 1, 1) + timedelta(minutes=rng.randrange(14 * 365 * 24 * 60))
    layout = Layout(rng, country, draw_style(rng, country), merchant, sale, when)
    rows = layout.rows()
    font_size = rng.uniform(14, 30)
    width, height, tokens = place_rows(rng, rows, font_size)
    return DrawnReceipt(
        id=f"{seed}-{country.locale}-{kind}",
        kind=kind,
        locale=country.locale,
        font_size=font_size,
        width=width,
        height=height,
        tokens=tokens,
        rules=(),
        fields=_fields(rows, sale, country, layout),
        items=_items(rows, sale),
        labels=LABELS,
    )


def annotated_page(drawn: DrawnReceipt) -> AnnotatedPage:
    """A drawn receipt as training and evaluation read it; boxes as on the nominal page."""
    tokens = tuple(Token(token.text, token.box, 1.0, token.line) for token in drawn.tokens)
    return AnnotatedPage(
        id=drawn.id,
        source=SOURCE,
        page=Page(round(drawn.width), round(drawn.height), tokens),
        tags=tuple(token.tag for token in drawn.tokens),
        annotated=drawn.labels,
        fields=drawn.fields,
        items=drawn.items,
        merchant=drawn.fields.get("merchant_name", ""),
    )


def draw_annotated(count: int, seed: int) -> Iterator[AnnotatedPage]:
    """``count`` receipts from ``seed`` on, with OCR-like noise of every strength."""
    for number in range(seed, seed + count):
        page = annotated_page(draw_receipt(number))
        yield add_ocr_noise(page, random.Random(f"noise/{number}"))


def _fields(rows: list[Row], sale: Sale, country: Country, layout: Layout) -> dict[str, str]:
    """Canonical truth of what was printed."""
    printed = {part.label for row in rows for cell in row.cells for part in cell.parts}
    known: dict[str, str] = {
        "merchant_name": " ".join(layout.merchant.name_lines),
        "merchant_address": " ".join(layout.merchant.address_lines),
        "merchant_phone": layout.merchant.phone,
        "date": layout.when.date().isoformat(),
        "time": layout.when.strftime("%H:%M"),
        "subtotal": f"{sale.subtotal + sale.discount:.2f}",
        "tax": f"{sum((amount for _, amount in sale.taxes), Decimal(0)):.2f}",
        "tip": f"{sale.tip:.2f}",
        "total": f"{sale.total:.2f}",
        "cash": f"{sale.cash:.2f}" if sale.cash is not None else "",
        "change": f"{sale.change:.2f}" if sale.change is not None else "",
    }
    discounts = sale.discount + sum((item.discount for item in sale.items), Decimal(0))
    if discounts:
        known["discount"] = f"{discounts:.2f}"
    return {
        **{label: text for label, text in known.items() if label in printed},
        "currency": country.currency,
    }


def _items(rows: list[Row], sale: Sale) -> tuple[dict[str, str], ...]:
    """Canonical line items; quantity and unit price only where the item prints them."""
    printed: list[set[str]] = []
    waiting: set[str] = set()
    for row in rows:
        labels = [p.label for cell in row.cells for p in cell.parts if p.label and not p.continues]
        columns = {label.removeprefix("item_") for label in labels if label.startswith("item_")}
        if "description" in columns:
            printed.append(columns | waiting)
            waiting = set()
        elif "total" in columns and printed:
            printed[-1] |= columns
        else:
            waiting |= columns
    items = []
    for item, columns in zip(sale.items, printed, strict=True):
        values = {
            "description": item.description,
            "quantity": f"{item.quantity:f}",
            "unit_price": f"{item.unit_price:.2f}",
            "total": f"{item.total:.2f}",
        }
        items.append({name: value for name, value in values.items() if name in columns})
    return tuple(items)
