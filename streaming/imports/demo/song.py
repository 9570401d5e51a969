"""A song's plan: key, tempo, form and chords, drawn from its seed; and the melody over them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from streaming.imports.demo import harmony
from streaming.imports.demo.harmony import Chord


@dataclass(frozen=True)
class Form:
    """What a style offers, and a seed chooses from."""

    # Sections and their bars: "A4 A4 B4 A4" is the song form AABA, of four bars each.
    sections: Sequence[str]
    beats: int  # in a bar
    modes: Sequence[str]
    # Chords of section A and of section B, one a bar or two with a comma between; both start over where they end.
    progressions: dict[str, Sequence[tuple[str, str]]]
    # Seconds that the last chord rings after the last bar, at least and at most.
    ring: tuple[float, float] = (1.8, 3.0)
    # Of each `swing_unit` of beats, the share that its first half lasts: 0.5 is straight, 2/3 a triplet's.
    swing: float = 0.5
    swing_unit: float = 1.0


@dataclass(frozen=True)
class Bar:
    number: int
    section: str
    place: int  # in its section
    size: int  # bars of its section
    chords: tuple[Chord, ...]
    is_last: bool

    @property
    def is_turn(self) -> bool:
        """The last bar of a section, where a drummer plays a fill."""
        return self.place == self.size - 1

    def chord(self, beat: float, beats: int) -> Chord:
        return self.chords[int(beat * len(self.chords) / beats)]


@dataclass(frozen=True)
class Note:
    start: float  # beats from the start of its section
    length: float  # beats
    pitch: int


@dataclass
class Song:
    """One song in progress. `tempo` is in beats a minute; `full_seconds` is the length for which it was planned."""

    rng: np.random.Generator
    form: Form
    seconds: float
    tempo: float
    mode: str
    tonic: int
    bars: list[Bar] = field(repr=False)

    @classmethod
    def drawn(cls, form: Form, rng: np.random.Generator, *, seconds: float, full_seconds: float) -> "Song":
        """Tempo, key and chords of the song of `full_seconds`; of that, what ends within `seconds` is played."""
        sections = [(name[0], int(name[1:])) for name in str(rng.choice(form.sections)).split()]
        total = sum(size for _, size in sections)
        ring = rng.uniform(*form.ring)
        bar_seconds = (full_seconds - ring) / total
        mode = str(rng.choice(form.modes))
        tonic = int(rng.integers(48, 60))
        progressions = form.progressions[mode]
        names = progressions[rng.integers(len(progressions))]
        playable = min(total, max(1, int((seconds - ring) / bar_seconds + 1e-6)))
        bars = list(_bars(sections, dict(zip("AB", names, strict=True)), tonic, playable))
        return cls(rng, form, seconds, form.beats * 60 / bar_seconds, mode, tonic, bars)

    @property
    def beat(self) -> float:
        """Seconds."""
        return 60 / self.tempo

    @property
    def end(self) -> float:
        """Seconds at which the last bar is over, and the last chord sounds."""
        return self.at(len(self.bars), 0)

    @property
    def home(self) -> Chord:
        """The chord on which the song ends."""
        return self.bars[0].chords[0]

    def at(self, bar: int, beat: float) -> float:
        """Seconds from the start, with the form's swing."""
        units, rest = divmod(beat / self.form.swing_unit, 1)
        swing = self.form.swing
        rest = rest * 2 * swing if rest < 0.5 else swing + (rest - 0.5) * 2 * (1 - swing)
        return (bar * self.form.beats + (units + rest) * self.form.swing_unit) * self.beat

    def key(self) -> str:
        return f"{harmony.KEYS[self.tonic % 12]} {self.mode}"

    def choice(self, *options):
        return options[self.rng.integers(len(options))]

    def loose(self, seconds: float = 0.008) -> float:
        """A player's small untimeliness."""
        return float(np.clip(self.rng.normal(0, seconds / 2), -seconds, seconds))

    def melody(self, *, low: int, high: int, scale: str, rests: float, quick: float) -> list[tuple[float, Note]]:
        """(seconds, note) of the whole song: each letter of the form has its own tune, which returns with it.

        `rests` is the chance of a rest, `quick` that of a short note.
        """
        tunes = {
            letter: _tune(self, letter, low=low, high=high, scale=scale, rests=rests, quick=quick)
            for letter in sorted({bar.section for bar in self.bars})
        }
        notes = []
        for bar in self.bars:
            first = bar.place * self.form.beats
            for note in tunes[bar.section]:
                if first <= note.start < first + self.form.beats:
                    notes.append((self.at(bar.number, note.start - first), note))
        return notes


def _bars(sections: list[tuple[str, int]], names: dict[str, str], tonic: int, playable: int) -> Iterator[Bar]:
    number = 0
    for section, size in sections:
        chords = names[section].split()
        for place in range(size):
            if number == playable:
                return
            bar_chords = tuple(harmony.chord(tonic, name) for name in chords[place % len(chords)].split(","))
            yield Bar(number, section, place, size, bar_chords, number == playable - 1)
            number += 1


def _tune(song: Song, letter: str, *, low: int, high: int, scale: str, rests: float, quick: float) -> list[Note]:
    """A motif of two bars that is repeated over the section's chords, with a long note to close it."""
    bars = [bar for bar in song.bars if bar.section == letter]
    bars = bars[: bars[0].size]
    beats = song.form.beats
    size = min(2, len(bars))
    motif = _motif(song.rng, beats * size, rests, quick)
    pitches = harmony.scale(song.tonic, scale, low, high)
    # B lies higher than A.
    centre = len(pitches) * (0.62 if letter == "B" else 0.42)
    notes = []
    for bar in bars[::size]:
        for start, length, step in motif:
            own = bars[min(len(bars) - 1, bar.place + int(start // beats))]
            if own.place + 1 == len(bars) and start % beats >= beats / 2:
                continue
            closes = own.place + 1 == len(bars) and start % beats + length >= beats / 2
            pitch = pitches[int(np.clip(round(centre + step), 0, len(pitches) - 1))]
            if closes or start % 1 == 0:
                sounding = own.chord(start % beats, beats).classes
                pitch = harmony.nearest(pitch, [p for p in range(low, high + 1) if p % 12 in sounding])
            notes.append(Note(bar.place * beats + start, beats / 2 if closes else length, pitch))
    return notes


def _motif(rng: np.random.Generator, beats: int, rests: float, quick: float) -> list[tuple[float, float, float]]:
    """(start, length, step from the centre of the scale) of each note: a walk by small steps that is drawn back."""
    motif = []
    start, step = 0.0, float(rng.integers(-2, 3))
    while start < beats:
        length = 0.5 if rng.random() < quick else float(rng.choice([1.0, 1.0, 1.5, 2.0]))
        length = min(length, beats - start)
        if start == 0 or rng.random() >= rests:
            motif.append((start, length, step))
        step = 0.85 * step + float(
            rng.choice([-2, -1, -1, 0, 1, 1, 2, 3], p=[0.13, 0.2, 0.1, 0.07, 0.2, 0.1, 0.13, 0.07])
        )
        start += length
    return motif
