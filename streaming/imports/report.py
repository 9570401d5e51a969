"""What an import did, and every problem it met: the first few in memory, a long list in a file."""

from collections import Counter
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.utils import timezone

from streaming.catalog import Saved

# As many problems as are read on a screen; with more, all of them go to a file.
SHOWN = 20


class Report:
    """Counts and problems of one run; a context manager that closes the file of problems.

    `counts`: what was done to how many, by a phrase such as "tracks added".
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: Counter[str] = Counter()
        self.problems = 0
        self.first: list[str] = []
        self.path: Path | None = None
        self._file: TextIO | None = None

    def __enter__(self) -> "Report":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._file:
            self._file.close()

    def count(self, name: str, saved: Saved) -> None:
        self.counts[f"{name} added"] += saved.added
        self.counts[f"{name} changed"] += saved.changed
        self.counts[f"{name} unchanged"] += len(saved.pks) - saved.added - saved.changed

    def problem(self, place: str, reason: str) -> None:
        """`place`: the file with its line and column, for a person to find it."""
        text = f"{place}: {reason}"
        self.problems += 1
        if self.problems <= SHOWN:
            self.first.append(text)
            return
        if not self._file:
            self._file = self._open()
        self._file.write(f"{text}\n")

    def summary(self) -> str:
        """Several lines: the counts, then the problems or where they are listed."""
        lines = [f"{phrase}: {count:,}" for phrase, count in sorted(self.counts.items()) if count]
        if self.problems:
            lines += ["", f"problems: {self.problems:,}" + (f", all listed in {self.path}" if self.path else "")]
            lines += [f"  {text}" for text in self.first]
        if self.path:
            lines.append(f"  … and {self.problems - SHOWN:,} more")
        return "\n".join(lines)

    def _open(self) -> TextIO:
        folder = settings.VAR_DIR / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{self.name}-{timezone.now():%Y%m%d-%H%M%S-%f}.txt"
        # File names that are not UTF-8 are written with their odd bytes as \udcXX.
        file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
        file.writelines(f"{text}\n" for text in self.first)
        return file
