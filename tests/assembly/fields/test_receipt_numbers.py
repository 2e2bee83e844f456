"""The receipt's number, and whose tax numbers and addresses a page prints."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents

PORTUGAL = ["CAFE{merchant_name} CENTRAL{merchant_name}", "NIF: 503311332{merchant_tax_id}"]
END = ["Total 4,50{total}", "Processado por programa certificado n. 0071/AT"]


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page([*lines, *END]), LABELS)


def number(lines: Sequence[str]) -> str | None:
    field = read(lines).receipt_number
    return field and field.value


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Fatura-Recibo FT 014/6892{receipt_number}", "FT 014/6892"),
        ("Fatura simplificada n: FS{receipt_number} S1/0000964", "FS S1/0000964"),
        ("Fatura Nr: FAC 202/00016717", "FAC 202/00016717"),
        ("FATURA RECIBO Nº FR/2019A141/1358", "FR/2019A141/1358"),
        ("Factura: 19FT{receipt_number} 001/161 ORIGINAL", "19FT 001/161"),
        ("N° FS:19/07/014951 26/05/2019", "FS:19/07/014951"),
        ("Doc. FTPOS19V12/1906297", "FTPOS19V12/1906297"),
        ("FR 4000TPV2/290029433 2019-03-27", "FR 4000TPV2/290029433"),
        ("FS 27406_004 / 363327", "FS 27406_004 / 363327"),
    ],
)
def test_numbers_of_portuguese_receipts_have_a_kind_a_series_and_a_number(
    line: str, expected: str
) -> None:
    assert number([*PORTUGAL, line]) == expected


@pytest.mark.parametrize(
    "line",
    [
        "FAX 21/3456789",
        "FATURA/RECIBO 27/03/2019",
        "Regime do tabaco DL 346/85",
        "Oferta FIT 12/24",
        "F 331/06681",
        "FATURA 23/09/2019 FT",
    ],
)
def test_what_looks_like_such_a_number_is_none(line: str) -> None:
    assert number([*PORTUGAL, line]) is None


def test_other_countries_have_no_such_form() -> None:
    lines = ["OAK BAKERY{merchant_name}", "London SW1", "FT 014/6892", "Total £4.50{total}"]
    assert assemble(*typed_page(lines), LABELS).receipt_number is None


@pytest.mark.parametrize(
    "line",
    [
        "Contribuinte: 510776914{receipt_number}",
        "NIF 510776914{receipt_number}",
        "N.I.F.: 510776914{receipt_number}",
        "Contr.: 510776914{receipt_number}",
        "Cont.Nr: 510776914{receipt_number}",
        "Fatura-recibo{receipt_number}",
        "Recibo FS{receipt_number}",
    ],
)
def test_neither_a_tax_number_nor_a_word_is_the_receipts_number(line: str) -> None:
    assert number([*PORTUGAL, line]) is None


def test_a_code_beside_a_tax_number_stays() -> None:
    assert number([*PORTUGAL, "NIF 510776914 Talao 4821{receipt_number}"]) == "4821"
    assert number([*PORTUGAL, "Talao 510776914{receipt_number}"]) == "510776914"


BUYERS = {
    "pt": ["Cliente: LIKEHOME LDA", "Morada: Lisboa{merchant_address}", "NIF: 510776914{n}"],
    "pt, one line": ["V/CONTRIBUINTE: 510776914{n}"],
    "pt, data of": ["Dados do cliente", "NIF: 510776914{n}", "Matricula: 20-ID-84"],
    "pt, name": ["Nome: LIKEHOME", "Cont.Nr: 510776914{n}", "Morada : Lisboa{merchant_address}"],
    "es": ["Cliente: Hogar SL", "C/ Mayor 5{merchant_address}", "CIF B12345674{n}"],
    "de": ["Rechnungsempfänger", "Muster GmbH", "UID ATU12345675{n}"],
    "pl": ["NIP nabywcy: 5260001246{n}"],
    "ro": ["CIF CLIENT: RO14399840{n}"],
    "it": ["Spett.le Rossi srl", "via Roma 1{merchant_address}", "P.IVA 12345670017{n}"],
    "en": ["Bill to: Acme Ltd", "5 High St{merchant_address}", "VAT GB999999973{n}"],
}


@pytest.mark.parametrize("block", BUYERS.values(), ids=BUYERS)
def test_the_buyers_numbers_and_addresses_are_not_the_merchants(block: Sequence[str]) -> None:
    lines = [line.replace("{n}", "{merchant_tax_id}") for line in block]
    found = read(["OLD MILL{merchant_name}", "22/10/2025", *lines])
    assert (found.merchant_tax_id, found.merchant_address) == (None, None)


def test_the_merchants_own_are_found_above_the_buyers() -> None:
    own = ["Rua{merchant_address} Augusta{merchant_address}", "NIF: 503311332", "22/10/2025"]
    found = read([*own, "Cliente: LIKEHOME", "NIF: 510776914", "Largo{merchant_address}"])
    assert found.merchant_tax_id and found.merchant_tax_id.value == "503311332"
    assert found.merchant_address and "Augusta" in found.merchant_address.value


@pytest.mark.parametrize(
    "line",
    ["Clientes 4", "Customer copy", "Apoio ao cliente 707 252 525", "CLIENTE FIEL", "Namens: x"],
)
def test_other_lines_with_such_words_announce_no_buyer(line: str) -> None:
    found = read(["OLD MILL{merchant_name}", line, "Rua Augusta 5{merchant_address}"])
    assert found.merchant_address is not None


def test_a_block_ends_with_the_first_amount_or_date() -> None:
    found = read(["Cliente: 999", "CAFE 1,20{t}", "NIF 503311332{merchant_tax_id}"])
    assert found.merchant_tax_id is not None
