"""Lines come out in reading order on level, skewed and curved pages."""

import math

from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Box
from pipeline.reading_order import Segment, Word, tokens_in_reading_order


def segment(text, x0, y, x1, angle=0.0, height=20.0):
    """A segment whose left end stands at (x0, y) on a level page, then turned about the origin."""

    def turn(x, y):
        return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)

    left, right = turn(x0, y), turn(x1, y)
    box = Box.around([left, right, (left[0], left[1] + 1)])
    return Segment((Word(text, box, 1.0),), left, right, height)


def texts_by_line(segments):
    lines = {}
    for token in tokens_in_reading_order(segments):
        lines.setdefault(token.line, []).append(token.text)
    return [lines[number] for number in sorted(lines)]


@given(st.floats(-0.15, 0.15), st.permutations(range(12)))
def test_rows_survive_skew_and_any_order_of_segments(angle, order):
    segments = []
    for row in range(6):
        y = 100 + 40 * row
        segments.append(segment(f"item{row}", 50, y, 400, angle))
        segments.append(segment(f"{row}.00", 700, y, 760, angle))
    shuffled = [segments[index] for index in order]
    assert texts_by_line(shuffled) == [[f"item{row}", f"{row}.00"] for row in range(6)]


def test_columns_on_different_heights_are_different_lines():
    segments = [segment("left", 0, 100, 200), segment("right", 300, 125, 400)]
    assert texts_by_line(segments) == [["left"], ["right"]]


def test_no_segments_no_tokens():
    assert tokens_in_reading_order([]) == ()
