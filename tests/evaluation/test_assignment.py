"""The assignment: as many pairs as any other could have."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.assignment import most_pairs


@settings(deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=4))
def test_no_other_assignment_has_more_pairs(rows):
    matches = np.array(rows)
    pairs = most_pairs(matches)
    assert all(matches[pair] for pair in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    best = max(
        sum(matches[row, column] for row, column in enumerate(columns[: len(rows)]))
        for columns in permutations(range(4))
    )
    assert len(pairs) == best
