"""The words of receipts in each language: what tills print, and how it is recognised.

One file a language: ``languages/de.yaml``. Section ``printing`` lists what the receipt printer
draws from, section ``reading`` the patterns that the rules look for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.errors import ConfigError
from pipeline.world import files
from pipeline.world.files import choices

Words = Mapping[str, tuple[str, ...]]

READING = (
    "printed_only total_name tax_name with_tax without_tax due to_pay total subtotal tax tax_base"
    " tax_table rate_heading discount tip tip_suggested service fee rounding cash change payment"
    " paid_by no_field page_break section column before_price legal_form address customer"
    " not_header date other_date other_time phone fax"
).split()


@dataclass(frozen=True, slots=True)
class Language:
    """One language's file.

    Attributes:
        printing: words by what they announce; common ones stand several times. A list that the
            file lacks is that of the language it extends.
        own: those of ``printing`` that the file itself has.
        reading: regular expressions by what they announce, a space being any space or none. Under
            ``printed_only`` words that tills print but that mostly announce something else.
    """

    name: str
    printing: Words
    own: Words
    reading: Words


@cache
def language(name: str) -> Language:
    """A language by the name of its file.

    Raises:
        ConfigError: there is no such file, or one of its keys or values is wrong.
    """
    where = f"languages/{name}.yaml"
    content = files.read("languages", name)
    files.check_keys(where, content, ("printing", "reading"), ("printing",))
    reading = _section(content, "reading", where)
    files.check_keys(f"{where}: reading", reading, READING, ())
    patterns = {key: _texts(reading[key], f"{where}: reading: {key}") for key in reading}
    section = _section(content, "printing", where)
    base: Words = language(str(section.pop("extends"))).printing if "extends" in section else {}
    if base:
        files.check_keys(f"{where}: printing", section, base, ())
    own = {key: choices(text) for key, text in section.items()}
    return Language(name, {**base, **own}, own, patterns)


@cache
def languages() -> tuple[Language, ...]:
    """All languages, in the order of their names."""
    return tuple(language(name) for name in files.names("languages"))


def _section(content: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    section = content.get(key, {})
    if not isinstance(section, dict):
        raise ConfigError(f"{where}: {key}: expected keys and values")
    return dict(section)


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ConfigError(f"{where}: expected a list of texts")
    return tuple(value)
