"""Tax numbers: whether their check digits are right."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import InvalidChecksum, ValidationError

from pipeline.world.countries import countries

_UNION = "eu.vat"
_COUNTRY_OF = {
    **{state.upper(): state.upper() for state in MEMBER_STATES},
    "EL": "GR",
    "XI": "GB",
}
_SUFFIX = re.compile(r"(?<=\d)[A-Z]{2,}$")  # the tax's name: 123456785 MVA
_PREFIX = re.compile(r"^[A-Z]{1,3}(?=\d)")


def has_right_check_digits(number: str, country: str | None) -> bool | None:
    """Whether a number passes one of the checks of its country, or of the European Union.

    Args:
        number: capital letters and digits.
        country: ISO 3166 code.

    Returns:
        ``None`` if none of the checks knows the number's form.
    """
    modules = [module for _, module in countries()[country].tax_numbers] if country else []
    if country_of_prefix(number) not in (None, country):
        modules = []  # without its prefix it may pass a check of this country by chance
    verdicts = set(_verdicts(number, [*modules, _UNION]))
    return True if True in verdicts else False if verdicts else None


def valid_numbers(
    pattern: re.Pattern[str], module: str, text: str
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The numbers of a form whose check digits are right, and where they begin and end in the text.

    Args:
        pattern: of the form; its group, if it has one, is the number.
        module: of stdnum that checks it.
    """
    for match in pattern.finditer(text):
        own = match.re.groups and 1
        if check_of(module).is_valid(match[own]):
            yield match[own], match.span(own)


def country_of_prefix(number: str) -> str | None:
    """The member state of the European Union whose prefix a number of digits has, as ISO 3166 code;
    of Northern Ireland, whose numbers are of the union's form, ``GB``."""
    prefix = number[:2]
    return _COUNTRY_OF.get(prefix) if number[2:].isdigit() else None


def _verdicts(number: str, modules: list[str]) -> Iterator[bool]:
    forms = dict.fromkeys((number, _SUFFIX.sub("", number), _PREFIX.sub("", number)))
    for module in modules:
        for form in forms:
            try:
                yield bool(check_of(module).validate(form))
            except InvalidChecksum:
                yield False
            except ValidationError:
                continue  # a number of another form


@cache
def check_of(module: str) -> ModuleType:
    """The module of python-stdnum with this name, such as ``es.nif``."""
    return importlib.import_module(f"stdnum.{module}")
