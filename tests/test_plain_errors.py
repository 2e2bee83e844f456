"""What pydantic finds wrong, in plain sentences: the key, what is expected, what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, field_validator

from pipeline.data.jsonl import PageEntry
from pipeline.errors import ConfigError
from pipeline.labels import load_label_set
from pipeline.ocr.installed_engines import create_engine
from pipeline.plain_errors import plain_problems


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    share: float = Field(ge=0, lt=1)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = "a"
    count: PositiveInt = 1
    kind: Literal["red", "green"] = "red"
    pair: tuple[int, int] = (1, 2)
    parts: tuple[Inner, ...] = Field((), min_length=1)
    named: dict[str, Inner] = {}
    maybe: Inner | None = None
    flag: bool = False
    some: list[int] = Field(default=[1], min_length=1)
    code: str = Field("a1", pattern="^[a-z][0-9]$")

    @field_validator("name")
    @classmethod
    def _short(cls, name: str) -> str:
        if len(name) > 3:
            raise ValueError("at most three letters")
        return name


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"name": 3}, "name: must be text, not 3"),
        ({"name": {"a": 1}}, "name: must be text, not an object"),
        ({"name": "long"}, "name: at most three letters"),
        ({"count": "x"}, 'count: must be a whole number, not "x"'),
        ({"count": 1.5}, "count: must be a whole number, not 1.5"),
        ({"count": 0}, "count: must be more than 0, not 0"),
        ({"kind": "blue"}, "kind: must be one of 'red' or 'green', not \"blue\""),
        ({"pair": [1]}, "pair: has no entry number 2"),
        ({"pair": [1, 2, 3]}, "pair: must have at most 2 entries"),
        ({"pair": 3}, "pair: must be a list, not 3"),
        ({"parts": [{}]}, "parts.0.share: is missing"),
        ({"parts": [{"share": None}]}, "parts.0.share: must be a number, not null"),
        ({"parts": [{"share": 1}]}, "parts.0.share: must be less than 1, not 1"),
        ({"parts": [1]}, "parts.0: must be an object with keys and values, not 1"),
        (
            {"parts": [{"share": 0, "shar": 0}]},
            "parts.0.shar: unknown key - did you mean 'share'?",
        ),
        ({"maybe": {"share": 0, "zzz": 0}}, "maybe.zzz: unknown key (known: share)"),
        (
            {"named": {"a": {"share": 0, "shar": 0}}},
            "named.a.shar: unknown key - did you mean 'share'?",
        ),
        ({"flag": []}, "flag: must be true or false, not a list"),
        ({"some": []}, "some: must have at least 1 entry"),
        ({"code": "11"}, 'code: must match ^[a-z][0-9]$, not "11"'),
        ({"some": "\ud800"}, 'some: must be a list, not "\\ud800"'),
        ({"nam": "a"}, "nam: unknown key - did you mean 'name'?"),
        ({"count": "y" * 99}, f'count: must be a whole number, not "{"y" * 38}…'),
    ],
)
def test_a_sentence_for_each_kind_of_mistake(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(raw)
    assert plain_problems(caught.value, Outer) == [sentence]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"name": ', "not JSON: EOF while parsing a value at character 9"),
        ("[]", "must be an object with keys and values, not a list"),
    ],
)
def test_a_line_that_is_no_object(line: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate_json(line)
    assert plain_problems(caught.value) == [sentence]


def test_nothing_of_pydantic_shows_in_an_annotated_page() -> None:
    raw = {"id": 3, "width": None, "height": [], "rotation": "x", "tokens": [{"box": {}}, 1]}
    with pytest.raises(ValidationError) as caught:
        PageEntry.model_validate(raw)
    text = "\n".join(plain_problems(caught.value, PageEntry))
    assert len(text.splitlines()) == caught.value.error_count()
    for raw_text in ("pydantic", "http", "Input", "valid", "type="):
        assert raw_text not in text


def test_label_sets_and_engine_options_say_it_plainly(tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text("name: mine\nlabels:\n  total: {type: amout}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_label_set(path)
    assert str(caught.value).startswith(f"{path}: not a label set: labels.0.type: must be one of")
    path.write_text("labels: {total: {}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not a label set: 'name' is missing"):
        load_label_set(path)
    with pytest.raises(ConfigError) as caught:
        create_engine("rapidocr", {"thread": 2})
    assert "thread: unknown key" in str(caught.value)
    assert "pydantic" not in str(caught.value)
