"""Numba's cache of librosa's kernels, when many processes meet it for the first time."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.recommender.features.sounds import noise, sine, write
from tests.service import PROJECT

EXTRACT = (
    "import sys; from pathlib import Path; from recommender.features.audio import extract; extract(Path(sys.argv[1]))"
)


def start(file: Path, cache: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", EXTRACT, file], cwd=PROJECT, env=os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    )


def kernels(cache: Path) -> set[str]:
    return {str(path.relative_to(cache)) for path in cache.rglob("*.nbc")}


def test_processes_that_compile_at_once_leave_a_cache_that_serves_all(tmp_path):
    cache = tmp_path / "numba"
    hiss, tone = write(tmp_path / "hiss.wav", noise(3)), write(tmp_path / "tone.wav", sine(440, 5, 22_050), 22_050)
    begun = []
    for file in (hiss, tone, hiss, tone):
        begun.append(start(file, cache))
        # So that the next finds some kernels there, and compiles the rest beside this one: what used to go wrong.
        time.sleep(3)
    assert [process.wait() for process in begun] == [0, 0, 0, 0]
    compiled = kernels(cache)
    assert compiled
    # Whatever the file, nothing is left to compile outside the lock.
    assert [start(hiss, cache).wait(), start(tone, cache).wait()] == [0, 0]
    assert kernels(cache) == compiled
