"""Key words: what the patterns and words of the languages recognise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text_lines.key_phrases import LABELS, key_phrases
from pipeline.text_lines.key_words import find_key_words
from pipeline.world.languages import languages


def _label(text: str) -> str | None:
    """What an amount behind this text would be."""
    found = find_key_words(text)
    return found[-1][1].label if found else None


def test_each_word_that_the_printer_prints_for_an_amount_is_recognised() -> None:
    wrong = [(file, label, word) for file, label, word in key_phrases() if _label(word) != label]
    assert wrong == []


def test_words_left_out_are_words_that_a_till_prints() -> None:
    for language in languages():
        printed = {word for key in LABELS for word in language.printing[key]}
        assert set(language.reading.get("printed_only", ())) <= printed, language.name


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Sub Total", "subtotal"),
        ("TAX TOTAL:", "tax"),
        ("Total incl. 6% GST", "total"),
        ("TOTAL QTY", None),
        ("Total a pagar (incl. IVA à 6%)", "total"),
        ("TOTAL DUE incl VAT", "total"),
        ("Zu zahlen inkl. 19 % MwSt", "total"),
        ("Zu zahlen inkl. MwSt 19%", "total"),
        ("Te betalen incl. BTW", "total"),
        ("Total due 12.00 VAT", "tax"),
        ("Capital Social: 5.000,00 MULTI", None),
        ("Cap. Soc.", None),
        ("SARL au capital de", None),
        ("Total Capital Cafe", "total"),
        ("TOPLAM KDV", "tax"),
        ("Ara Toplam", "subtotal"),
        ("TONGCONG", "total"),
        ("Rueckgeld BAR", "change"),
        ("RUCKGELD", "change"),
        ("IADE PARA", "change"),
        ("k vraceni", "change"),
        ("Celkem bez DPH", "subtotal"),
        ("10% SRV CHG", None),
        ("75HT", None),
    ],
)
def test_what_a_text_announces(text: str, label: str | None) -> None:
    assert _label(text) == label


@given(st.text(max_size=60))
def test_key_words_end_within_the_text_from_left_to_right(text: str) -> None:
    ends = [end for end, _ in find_key_words(text)]
    assert ends == sorted(ends)
    assert all(0 < end <= len(text) for end in ends)


_USE = """
from pipeline.synthetic.content.printing_locales import PRINTING_LOCALES
from pipeline.text_lines.key_words import find_key_words
print(find_key_words("Entute 5.00")[0][1].label, find_key_words("KUNE 5.00")[0][1].label)
print(PRINTING_LOCALES["eo_XE"].words["total"], PRINTING_LOCALES["eo_XE"].words["cash"][0])
"""


def _run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "RECEIPT_WORLD": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path, project: Path) -> Path:
    """An added language, and a country that prints it."""
    for name in ("languages", "countries"):
        (tmp_path / name).mkdir()
    like = (project / "pipeline/world/countries/US.yaml").read_text(encoding="utf-8")
    like = like.replace("rank: ", "rank: 9").replace("en_US:", "eo_XE:")
    like = like.replace("language: en", "language: eo")
    (tmp_path / "countries/XE.yaml").write_text(like, encoding="utf-8")
    (tmp_path / "languages/eo.yaml").write_text(
        "printing:\n  extends: en\n  total: Entute|ENTUTE\nreading:\n  total: [kune]\n"
    )
    return tmp_path


def test_an_added_language_is_used_by_rules_and_printer(folder: Path) -> None:
    done = _run(folder, _USE)
    assert done.stdout.splitlines() == ["total total", "('Entute', 'ENTUTE') CASH"], done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("printing: {extends: en, totl: X}", "languages/eo.yaml: printing: unknown key 'totl'"),
        ("printing: {extends: en}\nreading: {totl: [x]}", "reading: unknown key 'totl'"),
        (
            "printing: {extends: en}\nreading: {total: x}",
            "reading: total: expected a list of texts",
        ),
        (
            "printing: {extends: en}\nreading: {total: ['(']}",
            "languages/eo.yaml: reading: total: '('",
        ),
        ("reading: {}", "languages/eo.yaml: missing key 'printing'"),
    ],
)
def test_errors_name_the_file_and_the_key(folder: Path, text: str, message: str) -> None:
    (folder / "languages/eo.yaml").write_text(text)
    done = _run(
        folder, "from pipeline.text_lines.key_words import find_key_words; find_key_words('x')"
    )
    assert message in done.stderr.splitlines()[-1]
