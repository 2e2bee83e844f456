"""The kinds of expense that a receipt can be."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """A kind of expense, as expense reports and their rules name them."""

    MEALS = "meals"
    LODGING = "lodging"
    FUEL = "fuel"
    GROUND_TRANSPORT = "ground_transport"
    PARKING = "parking"
    AIR = "air"
    GROCERIES = "groceries"
    OFFICE_SUPPLIES = "office_supplies"
    PHARMACY = "pharmacy"
    TELECOM = "telecom"
    ENTERTAINMENT = "entertainment"
    OTHER = "other"
