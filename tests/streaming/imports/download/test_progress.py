"""What a person sees of a long download."""

import io

from streaming.imports.download.progress import Lines, progress_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bar_on_a_terminal():
    terminal = Terminal()
    with progress_on(terminal)("fma_small.zip", 2048, 1024) as update:
        update(1024)
    last = terminal.getvalue().rpartition("\r")[2]
    assert last.startswith("fma_small.zip: 100%") and "2.00k/2.00k" in last and "B/s" in last


def test_lines_elsewhere():
    log = io.StringIO()
    lines = Lines(log, "fma_small.zip", 4096, 0, seconds=0)
    lines.update(1024)
    lines.update(1024)
    first, second = log.getvalue().splitlines()
    assert first.startswith("fma_small.zip:  25% 1.00k/4.00k") and second.startswith("fma_small.zip:  50% 2.00k/4.00k")
    assert "B/s" in second


def test_no_more_than_a_line_now_and_then():
    log = io.StringIO()
    with progress_on(log)("fma_small.zip", 4096, 0) as update:
        update(1024)
    assert log.getvalue() == ""
