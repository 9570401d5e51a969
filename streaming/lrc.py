"""Lyrics with their times, as LRC writes them: `[01:23.45]` before a line, several where it comes again.

`[offset:+500]` has every line appear so many milliseconds sooner; other tags, as `[ar:…]`, are no lyrics. The times of
single words in enhanced LRC, `<01:23.45>`, are left out. Form: https://en.wikipedia.org/wiki/LRC_(file_format)
"""

import re
from dataclasses import dataclass

_TIME = r"\d{1,3}:[0-5]?\d(?:[.:]\d{1,3})?"
LINE = re.compile(rf"\s*(?P<stamps>(?:\[{_TIME}\]\s*)+)(?P<text>.*)")
STAMP = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
WORD_TIME = re.compile(rf"<{_TIME}>\s?")
OFFSET = re.compile(r"\s*\[offset:\s*([+-]?\d{1,7})\s*\]\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """`start_ms` is None where a text has no times; an empty text is a pause."""

    text: str
    start_ms: int | None = None

    @property
    def seconds(self) -> float | None:
        return None if self.start_ms is None else self.start_ms / 1000


def parse(text: str) -> list[Line]:
    """The lines that have times, in their order; none where it is not LRC."""
    offset, lines = 0, []
    for row in text.splitlines():
        if said := OFFSET.fullmatch(row):
            offset = int(said[1])
        elif timed := LINE.fullmatch(row):
            words = WORD_TIME.sub("", timed["text"]).strip()
            lines += [Line(words, _milliseconds(*stamp)) for stamp in STAMP.findall(timed["stamps"])]
    moved = (Line(line.text, max(0, line.start_ms - offset)) for line in lines)
    return sorted(moved, key=lambda line: line.start_ms)


def _milliseconds(minutes: str, seconds: str, fraction: str) -> int:
    return 60_000 * int(minutes) + 1000 * int(seconds) + int(fraction.ljust(3, "0"))
