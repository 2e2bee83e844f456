"""The page about countries lists every key of the section ``printing``, and which are required."""

from __future__ import annotations

import re

from doc_pages import text_of

from pipeline.synthetic.content.printing_locales import DEFAULTS, REQUIRED


def test_every_printing_key_is_listed_and_the_required_ones_are_marked() -> None:
    text = text_of("docs/countries.md").split("## Keys that the receipt printer uses")[1]
    rows = re.findall(r"^\| (`.*`) \| .* \| (.*) \|$", text, re.M)
    absent = {key: default for keys, default in rows for key in re.findall(r"`(\w+)`", keys)}
    assert set(absent) == {"language", *REQUIRED, *DEFAULTS}
    assert {key for key, default in absent.items() if default == "required"} == set(REQUIRED)
