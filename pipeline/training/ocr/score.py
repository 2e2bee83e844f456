"""How well a network reads development lines: characters, words, amounts, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.training.ocr.corpus import SourceLines
from pipeline.training.ocr.line import Line
from pipeline.training.ocr.reading import Predict, greedy_text, probabilities
from pipeline.training.ocr.transcripts import Style

_AMOUNT = re.compile(r"\d+[.,]\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class LineScore:
    """Of one source's development lines, compared in the source's style.

    Attributes:
        lines: how many.
        cer: character error rate: edits to characters of the transcripts.
        words, amounts: the share that was read, of those in the transcripts; where transcripts
            have no spaces, a word is a whole line.
        names: the share of lines of merchants' names read without a mistake; ``None`` if there
            are none.
    """

    lines: int
    cer: float
    words: float
    amounts: float
    names: float | None

    def as_json(self) -> dict[str, float | int | None]:
        return asdict(self)


def score_sources(
    predict: Predict, characters: Sequence[str], sources: Mapping[str, SourceLines]
) -> dict[str, LineScore]:
    """The scores of a network on the sources that have development lines."""
    found = {}
    for name, source in sources.items():
        if source.development:
            outputs = probabilities(predict, [line.picture for line in source.development])
            readings = [greedy_text(output.argmax(axis=1), characters) for output in outputs]
            found[name] = line_score(readings, source.development, source.style)
    return found


def score_original(
    characters: Sequence[str], sources: Mapping[str, SourceLines]
) -> dict[str, LineScore]:
    """The scores of the network that training starts from, by what it read when lines were cut."""
    found = {}
    for name, source in sources.items():
        if source.development:
            readings = [
                greedy_text(line.original.classes[:, 0], characters) for line in source.development
            ]
            found[name] = line_score(readings, source.development, source.style)
    return found


def line_score(readings: Sequence[str], lines: Sequence[Line], style: Style) -> LineScore:
    pairs = [
        (style.plain(reading), style.plain(line.text))
        for reading, line in zip(readings, lines, strict=True)
    ]
    named = [read == true for (read, true), line in zip(pairs, lines, strict=True) if line.is_name]
    letters = sum(len(true) for _, true in pairs)
    return LineScore(
        lines=len(lines),
        cer=sum(Levenshtein.distance(*pair) for pair in pairs) / max(1, letters),
        words=_share(pairs, re.compile(r"\S+")),
        amounts=_share(pairs, _AMOUNT),
        names=sum(named) / len(named) if named else None,
    )


def mean_error(scores: Mapping[str, LineScore]) -> float:
    """One number to choose by, smaller is better: the mean over the sources of the character error
    rate and of the shares of amounts and names that are wrong."""
    errors = [error for score in scores.values() for error in _errors(score)]
    return sum(errors) / len(errors)


def _errors(score: LineScore) -> Iterator[float]:
    yield score.cer
    yield 1 - score.amounts
    if score.names is not None:
        yield 1 - score.names


def _share(pairs: Sequence[tuple[str, str]], pattern: re.Pattern[str]) -> float:
    right = wanted = 0
    for read, true in pairs:
        expected = Counter(pattern.findall(true))
        right += (expected & Counter(pattern.findall(read))).total()
        wanted += expected.total()
    return right / wanted if wanted else 1.0
