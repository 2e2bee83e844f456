"""The files of countries: all load, and a wrong one is named with its file and key."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.assembly.values.country import tax_numbers
from pipeline.errors import ConfigError
from pipeline.world import files
from pipeline.world.countries import countries


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An added folder, for the time of a test."""
    (tmp_path / "countries").mkdir()
    monkeypatch.setenv(files.VARIABLE, str(tmp_path))
    countries.cache_clear()
    yield tmp_path / "countries"
    countries.cache_clear()


def test_no_two_countries_of_one_currency_have_the_same_rank() -> None:
    ranks = [(one.currency, one.rank) for one in countries().values()]
    assert len(set(ranks)) == len(ranks)


def test_where_the_evidence_is_equal_the_lowest_rank_is_meant() -> None:
    assert next(iter(countries())) == "US"
    ranks = [one.rank for one in countries().values()]
    assert ranks == sorted(ranks)


def test_what_is_printed_of_a_country_is_by_locales_of_that_country() -> None:
    for country in countries().values():
        assert all(locale.endswith(f"_{country.code}") for locale in country.printing)


def test_an_added_file_is_a_country_and_stands_instead_of_ours(folder: Path) -> None:
    (folder / "XA.yaml").write_text("currency: XAC\n")
    (folder / "DE.yaml").write_text("currency: XDE\n")
    assert countries()["XA"].currency == "XAC"
    assert countries()["XA"].date_orders == {"day-first": 1.0}
    assert countries()["DE"].currency == "XDE"
    assert countries()["FR"].currency == "EUR"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("curency: XAC", "countries/XA.yaml: unknown key 'curency' - did you mean 'currency'?"),
        ("dial: 9", "countries/XA.yaml: missing key 'currency'"),
        ("currency: XAC\nlikely_patterns: ['(']", "countries/XA.yaml: likely_patterns: '('"),
        ("- a", "XA.yaml: expected keys and values"),
        ("a: [", "XA.yaml: not YAML"),
    ],
)
def test_a_wrong_file_is_named(folder: Path, text: str, message: str) -> None:
    (folder / "XA.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        countries()
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("TFN:822.775032NIF:43828204W", "ES"),
        ("A3N: 90 196 565 019", "AU"),
        ("P.IVA 06260601007", "IT"),
        ("VAT Number:219 0038 37", "GB"),
        ("Bus Reg No. 198702314R", "SG"),
        ("TVA FR11420466708", "FR"),
        ("NIP 526-104-08-28", "PL"),
        ("NO 974 760 673 MVA", "NO"),
        ("GSTIN: 27AAPFU0939F1ZV", "IN"),
    ],
)
def test_a_tax_number_shows_the_country_if_its_check_digit_is_right(
    line: str, country: str
) -> None:
    assert numbers_of(country, line)
    digit = max(index for index, character in enumerate(line) if character.isdigit())
    wrong = str((int(line[digit]) + 1) % 10)
    assert not numbers_of(country, line[:digit] + wrong + line[digit + 1 :])


def numbers_of(country: str, line: str) -> list[str]:
    return list(tax_numbers(line.upper(), countries()[country]))


def test_python_stdnum_has_the_modules_named() -> None:
    for country in countries().values():
        for _, module in country.tax_numbers:
            assert import_module(f"stdnum.{module}").is_valid("0") is False


def test_a_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(files.VARIABLE, "/no/such/folder")
    with pytest.raises(ConfigError, match="RECEIPT_WORLD: no folder /no/such/folder"):
        files.names("countries")


def test_a_name_that_no_file_has_gets_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"countries: no file DEE.yaml - did you mean 'DE'\?"):
        files.read("countries", "DEE")
