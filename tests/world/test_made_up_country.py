"""A country that the package does not know works from one file and the file of its language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNTRY = """
currency: XQZ
signs: Qz
decimal: ","
group: "."
date_orders: {month-first: 1}
tax_names: "Zupt|ZUPT 12%|Zupt 12%"
tax_rates: "12"
legal: "||Vorp"
places: ZORVIA|QUENTAL|MORDAVAL
certain: VORP|ZUPT
printing:
  zz_XQ:
    scale: 3
    before: "|Qz |Qz "
    after: " Qz"
    dates: "%m-%d-%Y|%m/%d/%Y|%d %B %Y"
    times: "%H:%M"
    phones: "0## ## ## ##"
    postcodes: "####"
    states: "Zorvia"
    streets: "Kelvanta|Dormanta|Pelvanta"
    cities: "Quental|Mordaval"
    areas: "Melto 3"
    addresses: "{street} {n}/{post} {city}|{street} {n}/{city}, {state}"
    included: true
    tips: 0
    slips: 0.2
"""
LANGUAGE = """
printing:
  extends: en
  total: "HEPTOR|Heptor"
  subtotal: "Medheptor|MEDHEPTOR"
  tax: "Zupt"
  discount: "Grabat"
  item_discount: "Grabat"
  cash: "Pekun|PEKUN"
  change: "Retrel"
  card: "Plaket"
  date: "Tagel"
  months: "Primon|Dumon|Trimon|Kvarmon|Kvinmon|Sesmon|Sepmon|Okmon|Naumon|Dekmon|Undmon|Lastmon"
  net: "Nuzupt"
  tax_table: "Zupt%|Nuzupt|Zupt|Heptor"
reading:
  total_name: [heptor]
  subtotal: [medheptor]
  tax_name: [zupt]
  discount: [grabat]
  cash: [pekun]
  change: [retrel]
  date: [tagel]
  without_tax: [nuzupt]
"""
PROGRAM = """
import json
from collections import Counter
from pathlib import Path
from pipeline.assembly.assemble import assemble
from pipeline.assembly.values.dates import parse_date
from pipeline.labels import load_label_set
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.rules.tagger import RuleTagger

labels = load_label_set(Path("configs/labels/receipts.yaml"))
right, printed = Counter(), Counter()
for seed in range(60):
    drawn = draw_receipt(seed, "zz_XQ")
    page = annotated_page(drawn).page
    contents = assemble(page, RuleTagger(labels).tag([page])[0], labels)
    for name in ("currency", "date", "subtotal", "tax", "total"):
        if name in drawn.fields:
            field = getattr(contents, name)
            value = "" if field is None else field.value
            found = str(value) if name in ("currency", "date") else f"{value or 0:.2f}"
            printed[name] += 1
            right[name] += found == drawn.fields[name]
named = str(parse_date("15 Trimon 2021"))
print(json.dumps({"right": right, "printed": printed, "named": named}))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, project: Path) -> dict[str, dict[str, int]]:
    folder = tmp_path_factory.mktemp("world")
    for kind, name, text in (("countries", "XQ", COUNTRY), ("languages", "zz", LANGUAGE)):
        (folder / kind).mkdir()
        (folder / kind / f"{name}.yaml").write_text(text)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "RECEIPT_WORLD": str(folder)},
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, int]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "least"),
    [("currency", 0.95), ("date", 0.9), ("subtotal", 0.9), ("tax", 0.4), ("total", 0.9)],
)
def test_its_receipts_are_drawn_and_read(
    read: dict[str, dict[str, int]], name: str, least: float
) -> None:
    """The rules find a tax that stands in a table alone in no country."""
    assert read["printed"][name] >= 10
    assert read["right"][name] >= least * read["printed"][name], read


def test_the_months_of_its_language_are_known(read: dict[str, object]) -> None:
    assert read["named"] == "2021-03-15"
