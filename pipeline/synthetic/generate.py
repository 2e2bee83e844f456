"""Generate drawn receipts from a seed: words with their boxes and ground truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from pipeline.data.annotated import AnnotatedPage
from pipeline.synthetic.augmentation.box_distortion import distort_boxes
from pipeline.synthetic.augmentation.ocr_errors import add_ocr_noise
from pipeline.synthetic.content.brand_merchants import branded
from pipeline.synthetic.content.catalog import KINDS, draw_kind
from pipeline.synthetic.content.further import with_further_content
from pipeline.synthetic.content.prices import format_amount
from pipeline.synthetic.content.printing_locales import PRINTING_LOCALES, PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent, draw_content
from pipeline.synthetic.content.sale import with_several_payments
from pipeline.synthetic.content.tickets import draw_ticket_content, draw_ticket_kind
from pipeline.synthetic.drawn import (
    FURTHER_SHARE,
    TICKET_SHARE,
    DrawnReceipt,
    annotated_page,
)
from pipeline.synthetic.layout.further.card_slips import print_slip
from pipeline.synthetic.layout.further.printer import print_further
from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.placing import place_rows
from pipeline.synthetic.layout.receipt_rows import PrintedReceipt, print_receipt
from pipeline.synthetic.layout.table_truth import printed_payments, printed_taxes
from pipeline.synthetic.layout.ticket_rows import print_ticket
from pipeline.synthetic.layout.till import Till

__all__ = [
    "KINDS",
    "LABELS",
    "LOCALES",
    "draw_annotated",
    "draw_any",
    "draw_further",
    "draw_receipt",
    "draw_ticket",
]

LABELS = frozenset(
    "merchant_name merchant_address merchant_phone merchant_tax_id receipt_number date time "
    "item_code item_description item_quantity item_unit_price item_discount item_total subtotal "
    "tax tax_name tax_rate tax_net service_charge tip discount rounding total cash change "
    "payment_method payment_amount card_last4".split()
)
LOCALES = tuple(PRINTING_LOCALES)
BRAND_SHARE = 0.4
"""Of the receipts of a trade that has brands in the country: about a third of all."""
BOOK_SHARE = 0.5
"""Of tills that print the number of the receipt and the merchant's tax number, and may split what
is paid."""
_SEVERAL_PAYMENTS = 0.15
# Of receipts with what only some tills print: fuel besides that of all, and card slips alone.
_FUEL_SHARE = 0.05
_SLIP_SHARE = 0.06
_SHARES = [country.share for country in PRINTING_LOCALES.values()]


def draw_receipt(
    seed: int,
    locale: str | None = None,
    kind: str | None = None,
    brand_share: float = BRAND_SHARE,
    book_share: float = BOOK_SHARE,
) -> DrawnReceipt:
    """One receipt; the same seed, locale, kind and shares always give the same one.

    Without a brand it is the same as with one, but for the merchant's name; without good books
    (``BOOK_SHARE``) it only lacks what these ask for.

    Raises:
        KeyError: an unknown locale or kind.
    """
    rng = random.Random(f"{seed}/{locale}/{kind}")
    country = _country(rng, locale)
    kind = kind or draw_kind(rng)
    content = draw_content(rng, country, kind)
    brands = random.Random(f"{seed}/{locale}/{kind}/brands")
    if brands.random() < brand_share:
        content = branded(content, brands)
    books = random.Random(f"{seed}/{locale}/{kind}/books")
    has_books = books.random() < book_share
    if has_books:
        content = _perhaps_with_several_payments(content, books)
    return _printed(f"{seed}", kind, rng, content, books if has_books else None)


def draw_ticket(
    seed: int,
    locale: str | None = None,
    kind: str | None = None,
    brand_share: float = BRAND_SHARE,
    book_share: float = BOOK_SHARE,
) -> DrawnReceipt:
    """One receipt with one amount, as car parks, taxis or laundries give it; else as
    ``draw_receipt``.

    Args:
        kind: one of ``content.tickets.TICKETS``.

    Raises:
        KeyError: an unknown locale, or a kind that gives no tickets.
    """
    rng = random.Random(f"{seed}/{locale}/{kind}/ticket")
    country = _country(rng, locale)
    kind = kind or draw_ticket_kind(rng)
    content = draw_ticket_content(rng, country, kind)
    if rng.random() < brand_share:
        content = branded(content, rng)
    books = rng if rng.random() < book_share else None
    return _printed(f"{seed}", kind, rng, content, books, print_ticket)


def draw_further(
    seed: int,
    locale: str | None = None,
    kind: str | None = None,
    brand_share: float = BRAND_SHARE,
    book_share: float = BOOK_SHARE,
) -> DrawnReceipt:
    """One receipt with what only some tills print: the firm behind the name, the address of the
    head office, a customer's block, a pump's price per litre...; some are the slip of a card
    terminal alone, without items. Else as ``draw_receipt``.

    Raises:
        KeyError: an unknown locale or kind.
    """
    rng = random.Random(f"{seed}/{locale}/{kind}/further")
    country = _country(rng, locale)
    kind = kind or ("fuel" if rng.random() < _FUEL_SHARE else draw_kind(rng))
    content = draw_content(rng, country, kind)
    if rng.random() < brand_share:
        content = branded(content, rng)
    content = with_further_content(content, rng)
    books = rng if rng.random() < book_share else None
    if books:
        content = _perhaps_with_several_payments(content, books)
    if rng.random() < _SLIP_SHARE:
        sale = replace(content.sale, cash=None, change=None, cards=())
        content = replace(content, sale=sale)
        return _printed(f"{seed}", kind, rng, content, books, print_slip)
    return _printed(f"{seed}", kind, rng, content, books, print_further)


def draw_again(
    seed: int, sale: int, locale: str | None = None, kind: str | None = None, till: str = ""
) -> DrawnReceipt:
    """Another receipt of the same merchant: the sale differs, the print style is the same.

    Args:
        seed, locale, kind: of the merchant.
        sale: number of the sale.
        till: name of a till that prints in the same style for all merchants; by default each has
            its own.

    Raises:
        KeyError: an unknown locale or kind.
    """
    rng = random.Random(f"{seed}/{locale}/{kind}")
    country = _country(rng, locale)
    kind = kind or draw_kind(rng)
    content = draw_content(rng, country, kind)
    other = draw_content(random.Random(f"{seed}/{sale}/sale"), country, kind)
    content = replace(content, sale=other.sale, when=other.when)
    printing = random.Random(f"{till or seed}/style")
    books = random.Random(f"{till or seed}/books") if printing.random() < BOOK_SHARE else None
    return _printed(f"{seed}-{sale}", kind, printing, content, books)


def _country(rng: random.Random, locale: str | None) -> PrintingLocale:
    return PRINTING_LOCALES[locale or rng.choices(LOCALES, _SHARES)[0]]


def _perhaps_with_several_payments(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    if rng.random() >= _SEVERAL_PAYMENTS:
        return content
    sale = with_several_payments(content.sale, content.country, rng)
    return replace(content, sale=sale)


def _printed(
    number: str,
    kind: str,
    rng: random.Random,
    content: ReceiptContent,
    books: random.Random | None,
    printer: Callable[[Till], PrintedReceipt] = print_receipt,
) -> DrawnReceipt:
    till = Till(rng, content, books)
    country = content.country
    printed = printer(till)
    font_size = rng.uniform(14, 30)
    width, height, tokens = place_rows(rng, printed.rows, font_size)
    return DrawnReceipt(
        id=f"{number}-{country.locale}-{kind}",
        kind=kind,
        locale=country.locale,
        font_size=font_size,
        width=width,
        height=height,
        tokens=tokens,
        fields=_fields(till, printed),
        items=tuple(_canonical(item) for item in printed.items),
        labels=LABELS,
        brand=till.merchant.brand,
        tables={
            "taxes": tuple(printed_taxes(till, printed)),
            "payments": tuple(printed_payments(till, printed)),
        },
    )


def draw_any(
    seed: int, ticket_share: float, further_share: float, locale: str | None = None
) -> DrawnReceipt:
    """One receipt of any sort: a share of the seeds give tickets, of the others a share what
    only some tills print; the rest give the same receipt whatever the shares."""
    if random.Random(f"{seed}/is ticket").random() < ticket_share:
        return draw_ticket(seed, locale)
    if random.Random(f"{seed}/is further").random() < further_share:
        return draw_further(seed, locale)
    return draw_receipt(seed, locale)


def draw_annotated(
    count: int,
    seed: int,
    ticket_share: float = TICKET_SHARE,
    further_share: float = FURTHER_SHARE,
) -> Iterator[AnnotatedPage]:
    """``count`` receipts of ``draw_any`` starting at ``seed``, with boxes distorted as in scans and
    photos, and two thirds of them with OCR errors of varying strength."""
    for number in range(seed, seed + count):
        drawn = draw_any(number, ticket_share, further_share)
        rng = random.Random(f"{number}/seen")
        yield add_ocr_noise(distort_boxes(annotated_page(drawn), rng), rng)


def _fields(till: Till, printed: PrintedReceipt) -> dict[str, str]:
    """Canonical document-level truth of what is printed; several taxes are added up."""
    sale, merchant, labels = till.sale, till.merchant, printed.labels
    known = {
        "merchant_name": " ".join(merchant.name_lines),
        "merchant_address": " ".join(till.style.apply(line) for line in merchant.address_lines),
        "merchant_phone": merchant.phones[0] if merchant.phones else "",
        "date": till.when.date().isoformat(),
        "time": till.when.strftime("%H:%M"),
        "subtotal": f"{_printed_subtotal(till, printed):.2f}",
        "tax": f"{sale.tax:.2f}",
        "merchant_tax_id": next(iter(printed.texts("merchant_tax_id")), ""),
        "receipt_number": next(iter(printed.texts("receipt_number")), ""),
        "service_charge": f"{sale.service:.2f}",
        "tip": f"{sale.tip:.2f}",
        "total": f"{sale.total:.2f}",
        "cash": f"{sale.cash:.2f}" if sale.cash is not None else "",
        "change": f"{sale.change or 0:.2f}",
        "discount": f"{sale.all_discounts:.2f}",
        "rounding": f"{sale.rounding:.2f}",
    }
    if "item_discount" in labels:
        labels |= {"discount"}
    return {
        **{label: text for label, text in known.items() if label in labels},
        "currency": till.country.currency,
    }


def _printed_subtotal(till: Till, printed: PrintedReceipt) -> Decimal:
    """The sum before discounts, or the one without tax if only that is printed."""
    before = "".join(format_amount(till.sale.before_discount, till.country).split())
    texts = ("".join(text.split()) for text in printed.texts("subtotal"))
    is_before = any(before in text for text in texts)
    return till.sale.before_discount if is_before else till.sale.net


def _canonical(printed: PrintedItem) -> dict[str, str]:
    """A line item in canonical form, without the columns that the receipt does not print."""
    item = printed.item
    values = {
        "code": printed.text("item_code"),
        "description": printed.text("item_description"),
        "quantity": f"{item.quantity:f}",
        "unit_price": _exact(item.unit_price),
        "discount": f"{item.discount:.2f}",
        "total": f"{item.total:.2f}",
    }
    return {name: value for name, value in values.items() if name in printed.columns}


def _exact(price: Decimal) -> str:
    """A price with two decimals, or more if it has more."""
    return f"{price:.{max(2, -int(price.as_tuple().exponent))}f}"
