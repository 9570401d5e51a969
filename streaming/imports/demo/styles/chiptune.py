"""Chiptune: the four voices of an old sound chip. Two pulse waves, a triangle bass, noise; no room at all."""

import numpy as np

from streaming.imports.demo.song import Form, Song
from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.drums import Kit, chip_kick, chip_noise, chip_tick
from streaming.imports.demo.synthesis.filters import echo
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.tones import tone

FORM = Form(
    sections=("A4 A4 B4 A4", "A4 A4 B4 A4 A2"),
    beats=4,
    modes=("major", "minor", "mixolydian"),
    progressions={
        "major": [("I V vi IV", "IV V iii vi"), ("I vi IV V", "ii V I vi"), ("I iii IV V", "vi IV I V")],
        "minor": [("i bVI bIII bVII", "iv bVII bIII V"), ("i bVII bVI V", "bVI bVII i i")],
        "mixolydian": [("I bVII IV I", "v IV bVII I"), ("I IV bVII IV", "bVII IV I I")],
    },
    ring=(1.2, 2.0),
)
FADE_IN, FADE_OUT = 0.01, 0.6
# The chip changes its registers once a frame.
FRAME = 1 / 60


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    mix.add(_lead(song), -18)
    mix.add(_arpeggio(song), -24)
    mix.add(_bass(song), -20)
    mix.add(_drums(song), -22)
    return mix.dry


def _stepped(sound: np.ndarray, seconds: float) -> np.ndarray:
    """A volume that falls in 16 steps over `seconds`, down to a quarter."""
    frames = np.arange(len(sound)) // round(FRAME * SAMPLE_RATE) * FRAME
    volume = np.round(15 * np.maximum(0.25, 1 - 0.75 * frames / seconds)) / 15
    return sound * volume.astype(np.float32)


def _lead(song: Song) -> Stem:
    stem = Stem(song.seconds)
    shape = song.choice("pulse25", "square", "pulse12")
    for at, note in song.melody(low=67, high=88, scale=song.mode, rests=0.08, quick=0.7):
        seconds = note.length * song.beat * 0.92
        stem.place(_stepped(tone(shape, note.pitch, seconds, vibrato=0.25, vibrato_hz=7), 0.7), at, pan=-0.15)
    stem.place(_stepped(tone(shape, song.home.bass(72), 1.0, vibrato=0.3), 1.0), song.end, pan=-0.15)
    stem.samples = echo(stem.samples, song.beat * 0.75, 0.3, repeats=2)
    return stem


def _arpeggio(song: Song) -> Stem:
    """A chord by one voice: its notes in turn, each for two or three frames."""
    stem = Stem(song.seconds)
    frames = song.choice(2, 3)
    for bar in song.bars:
        for beat in range(song.form.beats):
            pitches = bar.chord(beat, song.form.beats).voiced(60)
            pitches = [*pitches, pitches[0] + 12]
            for part in (0, 0.5):
                count = int(song.beat * 0.48 / (frames * FRAME))
                notes = [tone("pulse12", pitches[i % len(pitches)], frames * FRAME) for i in range(count)]
                stem.place(_stepped(np.concatenate(notes), 0.3), song.at(bar.number, beat + part), pan=0.35)
    return stem


def _bass(song: Song) -> Stem:
    stem = Stem(song.seconds)
    pattern = song.choice((0, 12, 0, 12, 0, 12, 0, 12), (0, 0, 12, 0, 0, 12, 0, 7), (0, 0, 0, 12, 7, 7, 12, 0))
    for bar in song.bars:
        for eighth, step in enumerate(pattern):
            pitch = bar.chord(eighth / 2, song.form.beats).bass(36) + step
            stem.place(tone("triangle", pitch, song.beat * 0.45), song.at(bar.number, eighth / 2))
    stem.place(tone("triangle", song.home.bass(36), 1.0), song.end)
    return stem


def _drums(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    kicks = song.choice((0, 2), (0, 1.5, 2), (0, 0.5, 2, 2.5))
    for bar in song.bars:
        for beat in kicks:
            kit.hit(chip_kick, song.at(bar.number, beat))
        for beat in (1, 3, 3.25, 3.5, 3.75) if bar.is_turn else (1, 3):
            kit.hit(chip_noise, song.at(bar.number, beat), 0.7)
        for eighth in range(8):
            kit.hit(chip_tick, song.at(bar.number, eighth / 2), 0.3 if eighth % 2 else 0.45)
    kit.hit(chip_noise, song.end, 0.8)
    return stem
