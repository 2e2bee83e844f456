"""What is written reads back the same: JSONL, CSV, Parquet, records and line items."""

from __future__ import annotations

import csv
import datetime
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.formats import Format, format_named, format_of
from pipeline.batch.parquet import arrow_schema, check_parquet
from pipeline.batch.sinks import check_writable, open_file_sink, open_stdout_sink
from pipeline.batch.table_columns import ITEMS, RECEIPTS, with_raw_text, without_formula
from pipeline.errors import ConfigError
from pipeline.labels import ValueType
from pipeline.receipt import Amount, Check, Field, LineItem, Receipt, Source, TextField


def text(value: str, confidence: float = 0.9) -> Field[str]:
    return Field[str](value=value, text=value, confidence=confidence, boxes=[(1, 2, 3, 4)])


def amount(value: str, confidence: float = 0.8) -> Field[Amount]:
    return Field[Amount](value=Decimal(value), text=value, confidence=confidence, boxes=[])


GOOD = Receipt(
    source=Source(path="tills/1.jpg", page=1, sha256="ab" * 32),
    status="ok",
    engine="fake",
    model="fake-model",
    merchant_name=text('Müller, "Bäcker"\n東京'),
    date=Field[datetime.date](
        value=datetime.date(2024, 1, 31), text="31.01.24", confidence=0.7, boxes=[]
    ),
    total=amount("12.50"),
    items=[
        LineItem(description=text("Bread"), quantity=amount("2"), total=amount("5.00")),
        LineItem(total=amount("7.50", 0.4)),
    ],
    extra={
        "till": TextField(
            type=ValueType.TEXT, value="Kasse 3", text="Kasse 3", confidence=1, boxes=[]
        )
    },
    checks=[
        Check(rule="items = total", ok=True, expected=Decimal("12.50"), found=Decimal("12.50"))
    ],
)
HUGE = Receipt(
    source=Source(path="tills/2.jpg", page=2, sha256=None),
    status="partial",
    error="not found: date",
    engine="fake",
    model="fake-model",
    total=amount("9" * 45 + ".123456789"),
    needs_review=True,
)
FAILED = Receipt(
    source=Source(path="tills/3.jpg", page=1, sha256=None),
    status="error",
    error="the file is empty",
    engine="fake",
    model="fake-model",
)
RECORDS = [GOOD, HUGE, FAILED]


def write(path: Path, table: Any = RECEIPTS, records: list[Receipt] = RECORDS) -> None:
    with open_file_sink(path, format_of(path), table) as sink:
        for record in records:
            sink.write([record])


def test_jsonl_holds_the_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["status"] for line in lines] == ["ok", "partial", "error"]
    assert Receipt.model_validate_json(lines[0]) == GOOD
    assert "東京" in lines[0]


def test_json_is_one_array_of_the_same_records(tmp_path: Path) -> None:
    write(tmp_path / "out.jsonl")
    write(tmp_path / "out.json")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    array = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert array == [json.loads(line) for line in lines]


@pytest.mark.parametrize("records", [[], [GOOD]])
def test_json_is_an_array_however_few_there_are(tmp_path: Path, records: list[Receipt]) -> None:
    write(tmp_path / "out.json", records=records)
    array = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [entry["source"]["path"] for entry in array] == [one.source.path for one in records]


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(path)
    with path.open(encoding="utf-8", newline="") as file:
        good, huge, failed = csv.DictReader(file)
    assert good["merchant_name"] == 'Müller, "Bäcker"\n東京'
    assert (good["total"], good["total_confidence"]) == ("12.50", "0.8")
    assert (good["date"], good["date_confidence"]) == ("2024-01-31", "0.7")
    assert (good["item_count"], good["checks_ok"], good["error"]) == ("2", "True", "")
    assert json.loads(good["extra"]) == {"till": "Kasse 3"}
    assert json.loads(good["extra_types"]) == {"till": "text"}
    assert Decimal(huge["total"]) == HUGE.total.value  # type: ignore[union-attr]
    assert (huge["page"], huge["needs_review"], huge["checks_ok"]) == ("2", "True", "")
    assert (failed["error"], failed["total"], failed["tax"]) == ("the file is empty", "", "")


def test_parquet_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    write(path)
    table = pq.read_table(path)
    assert table.schema.field("total").type == pa.float64()
    assert table.schema.field("date").type == pa.date32()
    assert table.schema.field("merchant_name").type == pa.string()
    assert table.schema.field("needs_review").type == pa.bool_()
    good, huge, failed = table.to_pylist()
    assert (good["total"], good["date"]) == (12.5, datetime.date(2024, 1, 31))
    assert good["merchant_name"] == 'Müller, "Bäcker"\n東京'
    assert huge["total"] == pytest.approx(1e45)
    assert failed["total"] is None
    assert failed["error"] == "the file is empty"


@pytest.mark.parametrize("name", ["items.csv", "items.parquet"])
def test_line_items_are_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, ITEMS)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[dict[str, Any]] = list(csv.DictReader(file))
    else:
        rows = pq.read_table(path).to_pylist()
    assert [(row["path"], int(row["item"])) for row in rows] == [
        ("tills/1.jpg", 1),
        ("tills/1.jpg", 2),
    ]
    assert rows[0]["description"] == "Bread"
    assert [float(row["total"]) for row in rows] == [5.0, 7.5]
    assert float(rows[1]["total_confidence"]) == 0.4
    assert not rows[1]["quantity"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_a_run_without_records_leaves_a_readable_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, records=[])
    if path.suffix == ".parquet":
        assert pq.read_table(path).schema == arrow_schema(RECEIPTS)
    elif path.suffix == ".csv":
        assert path.read_text().split(",")[0] == "path"
    else:
        assert path.read_text() == ""


@pytest.mark.parametrize("name", ["out.jsonl", "out.json", "out.csv", "out.parquet"])
def test_the_file_appears_whole_or_not_at_all(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("the run before")
    with (
        pytest.raises(KeyboardInterrupt),
        open_file_sink(path, format_of(path), RECEIPTS) as sink,
    ):
        sink.write([GOOD])
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "the run before"
    with open_file_sink(path, format_of(path), RECEIPTS) as sink:
        sink.write([GOOD])
        assert path.read_text() == "the run before"
    assert list(tmp_path.iterdir()) == [path]
    if path.suffix == ".parquet":
        assert pq.read_table(path).num_rows == 1
    else:
        assert "tills/1.jpg" in path.read_text(encoding="utf-8")


def test_many_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    write(path, records=[GOOD] * 2500)
    assert pq.read_table(path).num_rows == 2500
    assert pq.ParquetFile(path).num_row_groups == 3


@pytest.mark.parametrize("format_", [Format.JSONL, Format.JSON, Format.CSV])
def test_standard_output_stays_open(capfdbinary: Any, format_: Format) -> None:
    with open_stdout_sink(format_, RECEIPTS) as sink:
        sink.write(RECORDS)
    print("after")  # noqa: T201
    written = capfdbinary.readouterr().out.decode()
    assert "東京" in written
    assert written.endswith("after\n")


def test_formats_by_suffix_and_name(tmp_path: Path) -> None:
    assert format_of(Path("x.CSV")) is Format.CSV
    assert format_named("Parquet") is Format.PARQUET
    with pytest.raises(ConfigError, match=r"out\.xlsx.*\.parquet"):
        format_of(Path("out.xlsx"))
    with pytest.raises(ConfigError, match="no format 'xml'"):
        format_named("xml")
    with pytest.raises(ConfigError, match="does not exist"):
        check_writable(tmp_path / "none" / "out.csv")
    with pytest.raises(ConfigError, match="is a folder"):
        check_writable(tmp_path)


FORMULAS = ["=1+1", "+49848181122", "-Side Mash", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


@pytest.mark.parametrize("value", FORMULAS)
def test_a_text_is_no_formula_in_csv(tmp_path: Path, value: str) -> None:
    named = GOOD.model_copy(
        update={
            "merchant_name": text(value),
            "discount": amount("-4.12"),
            "items": [LineItem(description=text(value))],
        }
    )

    def written(table: Any) -> dict[str, str]:
        write(tmp_path / "out.csv", table, [named])
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        return row

    assert written(RECEIPTS)["merchant_name"] == f"'{value}"
    assert written(RECEIPTS)["discount"] == "-4.12"
    assert written(ITEMS)["description"] == f"'{value}"
    assert written(with_raw_text(RECEIPTS))["merchant_name"] == value
    assert written(with_raw_text(ITEMS))["description"] == value


@given(st.text())
def test_harmless_texts_stay_as_they_are(value: str) -> None:
    safe = without_formula(value)
    assert safe in (value, f"'{value}")
    assert not safe.startswith(tuple("=+-@\t\r\n"))
    assert (safe == value) == (value[:1] not in "=+-@\t\r\n＝＋－＠" or not value)


def test_parquet_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigError, match=r"Parquet needs pyarrow: pip install .*\[parquet\]"):
        check_parquet()
