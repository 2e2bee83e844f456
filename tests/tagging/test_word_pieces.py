"""Word pieces are those that the package tokenizers gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.tagging.load import model_folder
from pipeline.tagging.tokenizer import LibraryTokenizer, load_tokenizer
from pipeline.tagging.word_pieces import WordPieces

FILE = model_folder("receipts-base") / "tokenizer.json"
# The package's tables are those of Unicode 8, Python's are newer. The first character on which they
# differ is U+061D, an Arabic mark of Unicode 14.
OLD = st.characters(max_codepoint=0x61C, exclude_categories=["Cs"])
OTHER = st.characters(min_codepoint=0x1E00, max_codepoint=0x9FEA, categories=["L", "N", "S", "Z"])
WORDS = st.sampled_from(
    "TOTAL Café ŁÓDŹ 12,50 €3.00 İstanbul ΣΊΣΥΦΟΣ groß ﬁsh ½ Ａ１ 合計 カード 카드 총액 a\u0301 "
    "[SEP] [UNK]x ##ing x\ufffdy \x00 \x1c \x85 \u00ad \u200b \u2028 \u3000 RM1.20* --- ***".split(
        " "
    )
)


@pytest.fixture(scope="module")
def ours():
    return load_tokenizer(FILE)


@pytest.fixture(scope="module")
def theirs():
    return LibraryTokenizer(FILE)


def test_the_packaged_tokenizer_needs_no_library(ours):
    assert isinstance(ours, WordPieces)


@given(st.lists(st.one_of(st.text(OLD), st.text(OTHER), WORDS)))
def test_pieces_of_any_text(ours, theirs, parts):
    texts = [*parts, " ".join(parts), "".join(parts)]
    assert ours.encode(texts) == theirs.encode(texts)


def test_pieces_of_every_character_within_a_word(ours, theirs):
    blocks = [
        (0, 0x61D),
        (0x61E, 0x7FD),
        (0x1E00, 0x2000),
        (0x2010, 0x2020),
        (0x2030, 0x2E3B),
        (0x3000, 0x9FA6),
    ]
    texts = [f"to{chr(one)}tal" for block in blocks for one in range(*block)]
    differing = [
        text
        for text, mine, other in zip(texts, ours.encode(texts), theirs.encode(texts), strict=True)
        if mine != other
    ]
    assert differing == []


@pytest.mark.parametrize("length", [99, 100, 101])
def test_long_words_are_unknown(ours, theirs, length):
    assert ours.encode(["a" * length]) == theirs.encode(["a" * length])


def test_another_kind_without_the_library_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.install.find_spec", lambda _: None)
    cased = json.loads(FILE.read_text())
    cased["normalizer"]["lowercase"] = False
    (tmp_path / "tokenizer.json").write_text(json.dumps(cased))
    with pytest.raises(ConfigError, match=r"pip install .*\[tokenizers\]"):
        load_tokenizer(tmp_path / "tokenizer.json")


def test_another_kind_goes_through_the_library(tmp_path):
    cased = json.loads(FILE.read_text())
    cased["normalizer"]["lowercase"] = False
    (tmp_path / "tokenizer.json").write_text(json.dumps(cased))
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    assert isinstance(loaded, LibraryTokenizer)
    assert loaded.encode(["Total"]) == [(loaded.piece_id("[UNK]"),)]


def test_a_file_that_is_not_json_is_named(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigError, match=r"tokenizer\.json"):
        load_tokenizer(tmp_path / "tokenizer.json")
