"""Which country and currency a page is from: what bare dollars, crowns and yens mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_pages import page_of

from pipeline.assembly.values.conventions import Conventions, infer_conventions
from pipeline.assembly.values.country import country_signs
from pipeline.world.countries import CERTAIN, SLIGHT, countries


def conventions_of(*lines: str) -> Conventions:
    page, _ = page_of([[(word, "") for word in line.split()] for line in lines])
    return infer_conventions(page, [], [])


def currency_of(*lines: str) -> tuple[str, float] | None:
    found = conventions_of(*lines).currency
    return (found.value, found.confidence) if found else None


DOLLARS = {
    "AUD": [
        ["26 Queen Street, Perth TAS 7974", "Phone: (02) 3057 9905"],
        ["HAY ST PERTH WA 6000"],
        ["ABN 51 824 753 556", "TAX INVOICE"],
        ["Corner Store Pty. Ltd.", "EFTPOS"],
        ["Shop 12, Westfield", "Parramatta"],
        ["www.bakery.com.au"],
        ["+61 2 9876 5432"],
        ["AUCKLAND ST", "SYDNEY NSW 2000"],
        ["EFTPOS AUD", "GST INCLUDED"],
    ],
    "CAD": [
        ["10 QUEEN ST. E CALGARY QC", "V3W 4R4"],
        ["Vancouver,BC,V6G2L7"],
        ["Tel: (604) 231-9383", "GST 5%"],
        ["HST 13%"],
        ["TPS", "TVQ"],
        ["GST/HST 869335000 RT0001"],
        ["orders@butcher.ca"],
        ["Burnaby, British Columbia", "416-555-0123"],
    ],
    "NZD": [
        ["12 Lambton Quay", "Wellington 6011"],
        ["GST No: 12-345-678", "TAX INVOICE"],
        ["GST Reg. Number 123-456-789"],
        ["Queen Street, Auckland", "EFTPOS"],
        ["www.dairy.co.nz"],
        ["Ph +64 9 123 4567"],
        ["Christchurch, New Zealand"],
    ],
    "SGD": [
        ["290 Orchard Road #B1-41", "S'pore 238859"],
        ["Toast Box Pte. Ltd.", "GST Reg No: M2-1234567-8"],
        ["Blk 12 Bedok North Street 1", "S(460012)"],
        ["Singapore 018956"],
        ["PTE LTD", "TEL: 6735 9882"],
        ["www.kopi.com.sg"],
        ["+65 6735 9882"],
    ],
    "HKD": [
        ["Shop 121, 18 Shatin Centre Street, Shatin"],
        ["WINGLOK.STREET", "SHEUNGWAN.HONG KONG"],
        ["TEL: (852) 2670-1238"],
        ["Nathan Road, Mong Kok", "Kowloon"],
        ["九龍旺角"],
        ["www.tea.com.hk"],
    ],
    "USD": [
        ["Austin, TX 78701", "(512) 555-0142"],
        ["Vancouver, WA 98660", "(360) 555-0142"],
        ["SALES TAX 8.25%"],
        ["274 LAFAYETTE STREET", "NEW YORK NEW YORK 10012"],
        ["Perth Amboy NJ 08861"],
        ["Ontario, CA 91764"],
        ["THANK YOU"],  # nothing tells: the commonest dollar
    ],
    "MXN": [
        ["ABARROTES DEL SUR S.A. DE C.V.", "R.F.C. ADS950101AB1"],
        ["Col. Roma Norte", "C.P. 06700 CDMX"],
        ["IVA 16%", "EFECTIVO"],
        ["Guadalajara, Jalisco"],
        ["FECHA HORA", "CAMBIO", "GRACIAS POR SU COMPRA"],
        ["TOTAL M.N."],
        ["www.tienda.com.mx"],
    ],
    "CLP": [["RUT: 76.123.456-7"], ["BOLETA ELECTRONICA", "SANTIAGO"]],
    "COP": [["NIT 900.123.456-1"], ["Bogotá D.C."]],
    "ARS": [["C.U.I.T. 30-12345678-9"], ["Ciudad de Buenos Aires"]],
    "TWD": [["台北市", "電子發票"]],
}


@pytest.mark.parametrize(
    ("code", "lines"), [(code, lines) for code, pages in DOLLARS.items() for lines in pages]
)
def test_what_a_bare_dollar_means(code: str, lines: list[str]) -> None:
    found = currency_of("CORNER STORE", *lines, "MILK $3.50", "BREAD $2.00", "TOTAL $5.50")
    assert found is not None
    assert found[0] == code


def test_a_guess_says_so() -> None:
    assert currency_of("TOTAL $5.50") == ("USD", 0.6)
    assert currency_of("GST 0.50", "TOTAL $5.50") == ("AUD", 0.6), "or four others"
    assert currency_of("EFTPOS", "GST 0.50", "TOTAL $5.50") == ("AUD", 0.6), "or New Zealand"
    certain = currency_of("ABN 51 824 753 556", "TOTAL $5.50")
    assert certain == ("AUD", 1.0)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["Oslo", "SUM kr 120,00"], "NOK"),
        (["CVR-nr. 12345678", "TOTAL 80,00 kr"], "DKK"),
        (["Kungsgatan 3, Stockholm", "SUMMA 80,00 kr"], "SEK"),
        (["上海", "¥ 35.00"], "CNY"),
        (["東京都 セブン", "¥350"], "JPY"),
        (["TOTAL CAD$ 12.00"], "CAD"),
        (["DAMRAK 35", "AMSTERDAM", "totaal 12,50"], "EUR"),
    ],
)
def test_other_shared_marks_and_none(lines: list[str], code: str) -> None:
    found = currency_of(*lines)
    assert found is not None
    assert found[0] == code


@pytest.mark.parametrize(
    "lines",
    [
        ["Chk 1338 Gst 6", "TOTAL 12.00"],  # guests
        ["PARIS LAS VEGAS"],  # as much for one as for the other
        ["London Road", "12 PERTH ST"],  # streets
        ["NEW YORK CHEESECAKE 6.50"],  # what is sold
    ],
)
def test_what_tells_no_country(lines: list[str]) -> None:
    found = conventions_of(*lines)
    assert found.country is None
    assert found.currency is None


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (
            "PT",
            ["Factura simplificada n. FS 12/77", "NIF: 999999990", "HORA 12:10", "2655-130 Mafra"],
        ),
        ("PT", ["COMPRA 8,00€", "MULTIBANCO"]),
        ("PT", ["NIF 1", "HORA 12:10", "Rua Nova 3", "8100-724 LOULE"]),
        ("ES", ["FACTURA SIMPLIFICADA", "NIF 1", "FECHA 3/4/2019 HORA 12:10", "TOTAL 8,00€"]),
        ("US", ["03/22/13 8:07 PM", "Tax 1.35"]),  # there is no month 22
        ("US", ["Harbor Grill", "(813) 555 - 0142"]),
        ("US", ["DARWIN D.", "Sales Tax 2.97", "TOTAL $52.47"]),  # a waiter; paid in dollars
    ],
)
def test_countries_that_share_words(code: str, lines: list[str]) -> None:
    found = conventions_of(*lines)
    assert found.country == code
    assert found.currency is not None
    assert found.currency.value == countries()[code].currency


def test_what_a_page_repeats_counts_once() -> None:
    once = country_signs(["GST 0.60", "TAX INVOICE"])
    assert country_signs(["GST 0.60", "TAX INVOICE", "GST 0.60", "GST 1.20"]) == once


def test_the_printed_currency_outweighs_a_city() -> None:
    assert conventions_of("BANGKOK MASALA", "TOTAL RM 12.00").country == "MY"


@pytest.mark.parametrize("code", countries())
def test_each_country_is_found_by_its_own_signs(code: str) -> None:
    country = countries()[code]
    for phrase in [*country.phrases, *country.places]:
        assert country_signs([phrase]).weights[code] > 0, phrase
    assert country_signs([f"www.shop.{'uk' if code == 'GB' else code.lower()}"]).weights[code]
    assert sum(country.date_orders.values()) == pytest.approx(1)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_is_looked_over(lines: list[str]) -> None:
    assert country_signs(lines).weights.keys() <= countries().keys()


def test_a_domain_that_companies_of_any_country_use_is_a_weak_sign() -> None:
    assert country_signs(["www.seafood.co", "www.pay.me"]).weights == {"CO": SLIGHT}
    assert country_signs(["www.tienda.com.co"]).weights == {"CO": CERTAIN}


def test_a_short_word_that_others_print_too_is_a_slight_sign() -> None:
    covers = country_signs(["KOTS 01 CVR 01 WAITER 00"]).weights["DK"]  # on Indian bills
    assert covers < country_signs(["CVR-nr. 12345678"]).weights["DK"]
