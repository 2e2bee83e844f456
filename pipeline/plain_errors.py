"""Turn pydantic's validation errors into plain sentences: the key, then what is wrong.

pydantic's own text names its types, its internal steps and its website; users of the pipeline
need the key, the value that is expected, and the value that was given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import did_you_mean
from pipeline.wording import counted

_LONGEST_VALUE = 40  # characters of a wrong value that a sentence shows

# The expected value, by pydantic's error type; `_sentence` adds the actual one.
_EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "an object with keys and values",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of ordinary size",
    "int_type": "a whole number",
    "list_type": "a list",
    "mapping_type": "an object with keys and values",
    "model_type": "an object with keys and values",
    "model_attributes_type": "an object with keys and values",
    "none_required": "null",
    "path_type": "a path",
    "string_type": "text",
    "tuple_type": "a list",
}
_LIMITS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
}


def plain_problems(error: ValidationError, kind: type[BaseModel] | None = None) -> list[str]:
    """One sentence for each thing that is wrong, in pydantic's order.

    Args:
        kind: the model that was to be made, to suggest its keys where one is unknown.
    """
    found = error.errors(include_url=False)
    return [plain_problem(details, kind) for details in found if not _only_follows(details, found)]


def _only_follows(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether an error only follows from others: pydantic counts only the valid entries of a tuple,
    and reports it as too short if some are wrong."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in found
    )


def plain_problem(details: ErrorDetails, kind: type[BaseModel] | None = None) -> str:
    """One thing that is wrong, as a sentence.

    Args:
        kind: as for ``plain_problems``.
    """
    location = details["loc"]
    if details["type"] == "missing" and location and isinstance(location[-1], int):
        place, sentence = location[:-1], f"has no entry number {location[-1] + 1}"
    elif details["type"] == "extra_forbidden":
        place, sentence = location, _unknown_key(location, kind)
    else:
        place, sentence = location, _sentence(details)
    key = ".".join(map(str, place))
    return f"{key}: {sentence}" if key else sentence


def _sentence(details: ErrorDetails) -> str:
    type_, context = details["type"], details.get("ctx", {})
    expected = _EXPECTED.get(type_)
    if type_ in _LIMITS:
        expected = _LIMITS[type_].format(**{key: _short(value) for key, value in context.items()})
    if expected is not None:
        return f"must be {expected}, not {_shown(details['input'])}"
    match type_:
        case "missing":
            return "is missing"
        case "value_error" | "assertion_error":
            return str(context["error"])
        case "json_invalid":
            return f"not JSON: {_json_reason(str(context['error']))}"
        case "string_pattern_mismatch":
            return f"must match {context['pattern']}, not {_shown(details['input'])}"
        case "too_short" | "string_too_short":
            return f"must have at least {_length(type_, context['min_length'])}"
        case "too_long" | "string_too_long":
            return f"must have at most {_length(type_, context['max_length'])}"
    message = re.sub(r"^Input should be (a valid )?", "must be ", details["msg"])
    return f"{message[:1].lower()}{message[1:]}"


def _unknown_key(location: Sequence[int | str], kind: type[BaseModel] | None) -> str:
    known = _known_keys(kind, location[:-1]) if kind else ()
    if not known:
        return "unknown key"
    hint = did_you_mean(str(location[-1]), known) or f" (known: {', '.join(known)})"
    return f"unknown key{hint}"


def _known_keys(kind: type[BaseModel], location: Sequence[int | str]) -> tuple[str, ...]:
    """The keys of the model at ``location``; none if it is not a model."""
    steps = iter(location)
    for step in steps:
        if isinstance(step, int):
            continue  # an entry of a list: its type was taken with the list's key
        field = kind.model_fields.get(step)
        inner = _model_in(field.annotation) if field else None
        if field is None or inner is None:
            return ()
        if get_origin(field.annotation) is dict:
            next(steps, None)  # a name that the user gives to an entry
        kind = inner
    return tuple(kind.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or is a list, a dictionary or an optional one of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


def _json_reason(reason: str) -> str:
    """The parser's reason with the place in a file's line: it counts the line as line 1."""
    found = re.fullmatch(r"(.*) at line (\d+) column (\d+)", reason)
    if not found:
        return reason
    what, line, column = found.groups()
    return f"{what} at character {column}" if line == "1" else f"{what} at the end of the line"


def _shown(value: Any) -> str:
    """A wrong value, short."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple | set | frozenset):
        return "a list"
    try:
        text = json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace").decode()
    except (TypeError, ValueError):
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _short(value: Any) -> Any:
    """A limit as it was written: 1, not 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _length(type_: str, number: int) -> str:
    is_text = type_.startswith("string")
    return counted(number, "character") if is_text else counted(number, "entry", "entries")
