"""What of a receipt is compared with others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from pipeline.accents import plain_capitals
from pipeline.audit.receipts import merchant_key, value_of
from pipeline.receipt import Field, Receipt, Source

_CODE = re.compile(r"[^A-Z0-9]")
_PHONE_DIGITS = 7


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text in capitals without spaces and signs, and the centre of its first box in pixels."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Traits:
    """The compared values of one receipt; ``None`` where not found.

    Attributes:
        merchant: as ``merchant_key``.
        date, time: ISO, the time as HH:MM.
        number, tax_id: capital letters and digits only.
        phone: the last seven digits.
        cash: handed over.
        items: a text for each line item: description and total.
        placed: ``texts`` as JSON. Most receipts that one is compared with are told apart by their
            values, so their texts are not parsed.
        picture: as ``picture_hash``.
    """

    source: Source
    merchant: str | None
    date: str | None
    time: str | None
    total: Decimal | None
    currency: str | None
    number: str | None
    tax_id: str | None
    phone: str | None
    card: str | None
    cash: str | None
    items: tuple[str, ...]
    placed: str
    picture: str | None

    @property
    def texts(self) -> tuple[PlacedText, ...]:
        """All fields with boxes on the first page."""
        return tuple(PlacedText(*one) for one in json.loads(self.placed))


_PLACE = ("path", "page", "region", "sha256", "attachment")
_PLAIN = tuple(
    field.name for field in fields(Traits) if field.name not in ("source", "total", "placed")
)


def traits_of(record: Receipt, picture: str | None = None) -> Traits:
    """The traits of a record, with the hash of its picture if there is one."""
    day, time, total = record.date, value_of(record.time), value_of(record.total)
    phone = re.sub(r"\D", "", str(value_of(record.merchant_phone) or ""))
    cards = [value_of(payment.card_last4) for payment in record.payments]
    return Traits(
        source=record.source,
        merchant=merchant_key(record),
        date=None if day is None else day.value.isoformat(),
        time=None if time is None else str(time)[:5],
        total=None if total is None else total.quantize(Decimal("0.01")),
        currency=value_of(record.currency),
        number=_code(value_of(record.receipt_number)),
        tax_id=_code(value_of(record.merchant_tax_id)),
        phone=phone[-_PHONE_DIGITS:] if len(phone) >= _PHONE_DIGITS else None,
        card=next((card for card in cards if card), None),
        cash=None if record.cash is None else f"{record.cash.value:.2f}",
        items=tuple(_item_texts(record)),
        placed=_compact(list(_placed_texts(record))),
        picture=picture,
    )


def pack_traits(traits: Traits) -> str:
    """As JSON, the placed texts in a second line; ``unpack_traits`` reads it back the same."""
    source = traits.source.model_dump(mode="json", include=set(_PLACE))
    plain = {
        "source": source,
        "total": None if traits.total is None else str(traits.total),
        **{name: getattr(traits, name) for name in _PLAIN},
    }
    return f"{_compact(plain)}\n{traits.placed}"


def unpack_traits(text: str) -> Traits:
    """The traits that ``pack_traits`` wrote, or wrote before texts had a line of their own."""
    values, _, placed = text.partition("\n")
    plain: dict[str, Any] = json.loads(values)
    older, total = plain.pop("texts", None), plain.pop("total")
    return Traits(
        source=Source.model_validate(plain.pop("source")),
        total=None if total is None else Decimal(total),
        placed=placed if older is None else _compact(older),
        items=tuple(plain.pop("items")),
        **plain,
    )


def _compact(plain: object) -> str:
    return json.dumps(plain, separators=(",", ":"))


def letters_and_digits(text: str) -> str:
    """In capitals without accents, spaces and signs."""
    return _CODE.sub("", plain_capitals(text))


def _code(text: str | None) -> str | None:
    return (letters_and_digits(text) or None) if text else None


def _item_texts(record: Receipt) -> Iterator[str]:
    for item in record.items:
        total = value_of(item.total)
        name = letters_and_digits(str(value_of(item.description) or ""))
        if total is not None:
            yield f"{name} {total:.2f}"


def _placed_texts(record: Receipt) -> Iterator[tuple[str, float, float]]:
    fields: list[Field[Any] | None] = list(record.found_fields().values())
    for item in record.items:
        fields += [item.description, item.quantity, item.unit_price, item.total]
    for field in fields:
        if field is None or not field.boxes or (field.pages and field.pages[0] != field.pages[-1]):
            continue
        text = letters_and_digits(field.text)
        if text:
            x0, y0, x1, y1 = field.boxes[0]
            yield text, (x0 + x1) / 2, (y0 + y1) / 2
