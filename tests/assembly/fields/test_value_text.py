import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.fields.candidates import parse
from pipeline.assembly.fields.value_text import name_range, value_range
from pipeline.assembly.values.amounts import NumberFormat
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.date_order import DateOrders
from pipeline.assembly.values.dates import DateOrder
from pipeline.labels import ValueType

PLACE = Conventions(None, None, NumberFormat.POINT, DateOrders({DateOrder.DAY_FIRST: 1.0}))


def own(text: str, kind: ValueType) -> str:
    start, end = value_range(text, kind, PLACE)
    return text[start:end]


def name(text: str) -> str:
    start, end = name_range(text)
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DATE:11/03/18", "11/03/18"),
        (":26/03/18", "26/03/18"),
        ("21/05/2018TIME:", "21/05/2018"),
        ("NO/DATE:K074-001096(06/12/2016)", "06/12/2016"),
        ("20180428/191204", "20180428"),
        ("14 DECEMBER, 2017", "14 DECEMBER, 2017"),
        ("O9/02/17", "O9/02/17"),
        ("Date: 3 Jan 2019 10:15", "3 Jan 2019"),
    ],
)
def test_the_date_alone(text: str, expected: str) -> None:
    assert own(text, ValueType.DATE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TOTAL:$6.90", "$6.90"),
        ("Total.6.90", "6.90"),
        ("RM 15.00", "RM 15.00"),
        ("Rp. 45.000", "Rp. 45.000"),
        ("0.00", "0.00"),
        ("USD $14.81", "$14.81"),
        ("108.85-", "108.85-"),
        ("(2.50)", "(2.50)"),
        ("-$2.50 SR", "-$2.50"),
        ("2 x 3.50", "3.50"),
        ("12.00EUR", "12.00EUR"),
        ("1,234.50", "1,234.50"),
        ("no amount", "no amount"),
    ],
)
def test_the_amount_with_its_sign_and_currency(text: str, expected: str) -> None:
    assert own(text, ValueType.AMOUNT) == expected


def test_a_phone_keeps_its_bracket_and_plus() -> None:
    assert own("ph(719)744-0414", ValueType.PHONE) == "(719)744-0414"
    assert own("Tel: +60 3-1234 5678", ValueType.PHONE) == "+60 3-1234 5678"


def test_a_time_keeps_its_half_of_the_day() -> None:
    assert own("TIME:7:36:12 PM", ValueType.TIME) == "7:36:12 PM"
    assert own("11:05 AM SERVER", ValueType.TIME) == "11:05 AM"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BAKER SDN BHD (139386 X)", "BAKER SDN BHD"),
        ("BAKER S/B 139386-X", "BAKER S/B"),
        ("BAKER S/B 139386-X (KJ1)", "BAKER S/B"),
        ("BAKER #15936-0", "BAKER #15936-0"),
        ("SHOP 12345", "SHOP 12345"),
        ("BAKER SDN BHD (Co. Reg. 200301001234 (613456-X))", "BAKER SDN BHD"),
        ("MART NONG CHIK (#297)", "MART NONG CHIK (#297)"),
        ("12 MAIN ROAD, 51200 LUMPUR MALAYSIA TEI", "12 MAIN ROAD, 51200 LUMPUR MALAYSIA"),
        ("12 MAIN ROAD, 51200 LUMPUR TEI &", "12 MAIN ROAD, 51200 LUMPUR"),
        ("12 MAIN ROAD TEL: 03-1234 FAX: 03-5678", "12 MAIN ROAD"),
        ("HOTEL", "HOTEL"),
        ("FAX", "FAX"),
        ("*** BAKER ***", "BAKER"),
        ("12 MAIN ROAD, JOHOR.", "12 MAIN ROAD, JOHOR."),
        ("Sede: Rua Nova 3, Faro", "Rua Nova 3, Faro"),
        ("Av: Nova 3, Faro", "Av: Nova 3, Faro"),
        ("BLK 12 BEDOK NORTH S(100903)", "BLK 12 BEDOK NORTH S(100903)"),
        ("TAN CHONG SDN BHD(100903-S)", "TAN CHONG SDN BHD"),
    ],
)
def test_names_and_addresses_lose_what_hangs_on(text: str, expected: str) -> None:
    assert name(text) == expected


@given(
    st.text(alphabet="0123456789/.:,-() RMTOTALDAEx$pm", max_size=30),
    st.sampled_from([ValueType.AMOUNT, ValueType.DATE, ValueType.TIME, ValueType.PHONE]),
)
def test_the_part_means_what_the_whole_meant(text: str, kind: ValueType) -> None:
    assert parse(own(text, kind), kind, PLACE) == parse(text, kind, PLACE)


@given(st.text(max_size=60))
def test_of_a_name_something_stays(text: str) -> None:
    assert bool(name(text).strip()) == bool(text.strip())
