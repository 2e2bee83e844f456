"""Any values of custom labels, as a Hypothesis strategy: texts that look like numbers too."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pipeline.labels import ValueType
from pipeline.receipt import AmountField, DateField, TextField

LOOK_ALIKES = ("00118887", "2018000000000000001", "1E5", "nan", "-inf", "1_000", "12.50",
               "2024-01-02", "20240102", "true", "null", "", "=1+1", "a\r\nb", "\x00")  # fmt: skip

TEXTS = st.sampled_from(LOOK_ALIKES) | st.text(max_size=20)
# As many digits as assembly takes for an amount.
AMOUNTS = st.decimals(-(10**12), 10**12, places=2) | st.decimals(0, 10**6, places=3)


def _fields(
    model: type[Any], types: tuple[ValueType, ...], values: SearchStrategy[Any]
) -> SearchStrategy[Any]:
    return st.builds(
        model,
        type=st.sampled_from(types),
        value=values,
        text=st.text(max_size=20),
        confidence=st.floats(0, 1),
        boxes=st.lists(st.tuples(*[st.floats(0, 1e4)] * 4), max_size=2),
        repaired=st.booleans(),
        alternatives=st.lists(values, max_size=2),
    )


EXTRAS: SearchStrategy[dict[str, TextField | AmountField | DateField]] = st.dictionaries(
    TEXTS,
    _fields(TextField, (ValueType.TEXT, ValueType.TIME, ValueType.PHONE), TEXTS)
    | _fields(AmountField, (ValueType.AMOUNT, ValueType.QUANTITY), AMOUNTS)
    | _fields(DateField, (ValueType.DATE,), st.dates()),
    max_size=4,
)
