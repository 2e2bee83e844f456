"""Brands by trade and country, as OpenStreetMap's name-suggestion-index has them."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.world.brands import BRANDS_FILE, brands, brands_by_key, name_key
from pipeline.world.trades import trades


@pytest.mark.parametrize(
    ("printed", "brand", "trade", "country"),
    [
        ("SHELL", "Shell", "fuel", "GB"),
        ("TACO BELL", "Taco Bell", "restaurant", "US"),
        ("WALGREENS", "Walgreens", "pharmacy", "US"),
        ("99 Speed Mart", "99 Speedmart", "supermarket", "MY"),
        ("CVS", "CVS Pharmacy", "pharmacy", "US"),
        ("MR. D.I.Y.", "MR.DIY", "hardware", "MY"),
        ("Pingo-Doce", "Pingo Doce", "supermarket", "PT"),
        ("mcdonald’s", "McDonald's", "restaurant", "FR"),
        ("セブン-イレブン", "7-Eleven", "supermarket", "JP"),
        ("H and M", "H&M", "clothing", "DE"),
    ],
)
def test_a_brand_is_found_by_its_name(printed: str, brand: str, trade: str, country: str) -> None:
    found = brands_by_key()[name_key(printed)]
    assert any((one.name, one.trade) == (brand, trade) and one.is_in(country) for one in found)


def test_countries_may_be_left_out() -> None:
    shell = next(one for one in brands() if (one.name, one.trade) == ("Shell", "fuel"))
    assert shell.is_in("DE") and not shell.is_in("FI")
    rewe = next(one for one in brands() if one.name == "Rewe")
    assert rewe.is_in("DE") and not rewe.is_in("US")


def test_a_name_of_its_own_comes_before_another_brands_further_name() -> None:
    assert {one.name for one in brands_by_key()["COLES"]} == {"Coles"}


def test_every_trade_has_brands_and_the_file_is_small() -> None:
    assert {brand.trade for brand in brands()} == trades().keys()
    assert BRANDS_FILE.stat().st_size < 400_000


def test_what_the_script_writes(project: Path) -> None:
    script = SourceFileLoader("write_brands", str(project / "scripts" / "write_brands"))
    module = ModuleType("write_brands")
    module.__file__ = script.path
    script.exec_module(module)
    inn = {
        "displayName": "Inn (East)",
        "locationSet": {"include": ["us-ny.geojson", "ca"], "exclude": ["ca-qc.geojson"]},
        "matchNames": ["the inn"],
        "tags": {"brand": "Inn", "name": "Inn Express", "tourism": "hotel"},
    }
    abroad = inn | {"locationSet": {"include": ["001"], "exclude": ["de"]}, "matchNames": []}
    russian = inn | {"tags": {"brand": "Гостиница"}}
    nsi = {
        "brands/tourism/hotel": {"items": [inn, russian]},
        "brands/amenity/bank": {"items": [inn]},
    }
    nsi["brands/amenity/cafe"] = {"items": [abroad]}
    text = module.content({"_meta": {"version": "1"}, "nsi": nsi})
    lines = [line for line in text.splitlines() if "\t" in line]
    assert lines == [
        "Inn\tInn Express\tInn (East)\t* -DE",
        "Inn\tInn Express\tInn (East)|the inn\tCA US",
    ]
