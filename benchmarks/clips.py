"""Varied clips of 30 s, as MP3 at 44.1 kHz: the demo's music, recordings where there are some, and synthetic sound.

Kept in VAR_DIR/benchmarks and made once, in a minute or two.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile

from streaming.imports.demo.composer import compose
from streaming.imports.demo.repertoire import pieces

PROJECT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("VAR_DIR", PROJECT / "var")).resolve() / "benchmarks"
RECORDINGS = PROJECT.parent / "shared" / "data" / "audio"
RATE = 44_100
SECONDS = 30
COMPOSED, SYNTHETIC = 40, 12


def make(seed: int) -> list[Path]:
    folder = STATE / f"clips-seed{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return sorted(_file(folder / f"{name}.mp3", signal) for name, signal in _signals(seed))


def _file(path: Path, signal: Callable[[], np.ndarray]) -> Path:
    if not path.exists():
        aside = path.with_suffix(".partial")
        soundfile.write(aside, signal(), RATE, format="MP3")
        aside.replace(path)
    return path


def _signals(seed: int) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    """Names, and what makes the samples, of shape (samples, 2)."""
    # In turns over the genres.
    for piece in islice(sorted(pieces(), key=lambda piece: piece.seed), COMPOSED):
        yield f"composed-{piece.genre}-{piece.seed:02}", partial(compose, piece.genre, piece.seed, SECONDS)
    for path in sorted(RECORDINGS.glob("*.ogg")):
        for number in range(int(soundfile.info(path).duration) // SECONDS):
            yield f"real-{path.stem}-{number:02}", partial(_recorded, path, number)
    for number in range(SYNTHETIC):
        yield f"synthetic-{number:02}", partial(_synthetic, np.random.default_rng([seed, number]), number % 4 == 3)


def _recorded(path: Path, number: int) -> np.ndarray:
    return soundfile.read(path, SECONDS * RATE, SECONDS * RATE * number, dtype="float32", always_2d=True)[0]


def _synthetic(rng: np.random.Generator, silent: bool) -> np.ndarray:
    """Decaying notes at random, out of tune by up to half a semitone, in noise; begins with silence where `silent`."""
    sound = np.zeros(SECONDS * RATE)
    detuned = rng.uniform(-0.5, 0.5)
    time = np.arange(RATE) / RATE
    for start in range(0, len(sound) - RATE, RATE * int(rng.integers(1, 4)) // 4):
        pitch = 440 * 2 ** ((rng.integers(30, 90) - 69 + detuned) / 12)
        for harmonic in range(1, rng.integers(2, 8)):
            decay = np.exp(-time * rng.uniform(1, 8)) / harmonic
            sound[start : start + RATE] += decay * np.sin(2 * np.pi * min(pitch * harmonic, 20_000) * time)
    sound = 0.6 * sound / np.abs(sound).max() + rng.normal(size=len(sound)) * 10 ** rng.uniform(-4, -1.3)
    if silent:
        sound[: int(RATE * rng.uniform(15, 27))] = 0
    return np.stack([sound, np.roll(sound, 300)], axis=1) * rng.uniform(0.05, 0.9)
