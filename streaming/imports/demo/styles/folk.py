"""Folk: a finger-picked guitar, a tune on a second string or a whistle, a hand on the wood."""

from functools import partial

import numpy as np

from streaming.imports.demo.song import Form, Song
from streaming.imports.demo.synthesis.drums import Kit, shaker, tap
from streaming.imports.demo.synthesis.envelopes import held
from streaming.imports.demo.synthesis.filters import high_pass, low_pass
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.plucked import pluck
from streaming.imports.demo.synthesis.sampler import Sampler
from streaming.imports.demo.synthesis.tones import tone

FORM = Form(
    sections=("A4 A4 B4 A4",),
    beats=3,
    modes=("major", "dorian", "mixolydian"),
    progressions={
        "major": [("I IV I V", "vi IV I V"), ("I V vi IV", "IV I ii V"), ("I iii IV V", "ii V I I")],
        "dorian": [("i bVII IV i", "bIII bVII IV i"), ("i IV i bVII", "bIII IV bVII i")],
        "mixolydian": [("I bVII IV I", "ii IV bVII I"), ("I v IV I", "bVII IV v I")],
    },
    ring=(2.0, 3.5),
)
COMMON_TIME = Form(
    sections=("A4 A4 B4", "A4 B4 A4"), beats=4, modes=FORM.modes, progressions=FORM.progressions, ring=FORM.ring
)
FADE_IN, FADE_OUT = 0.01, 2.2
# (beat, string): string 0 is the thumb on the root, 1 the thumb on the fifth, from 2 on the fingers on the chord.
PICKING = {
    3: (
        ((0, 0), (0.5, 2), (1, 3), (1.5, 4), (2, 3), (2.5, 2)),
        ((0, 0), (1, 2), (1, 3), (1.5, 4), (2, 3), (2.5, 2)),
    ),
    4: (
        ((0, 0), (0.5, 3), (1, 1), (1.5, 4), (2, 0), (2.5, 3), (3, 1), (3.5, 2)),
        ((0, 0), (0.5, 2), (1, 1), (1.5, 3), (2, 0), (2, 4), (2.5, 2), (3, 1), (3.5, 3)),
    ),
}


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    mix.add(_guitar(song), -18, send=0.12)
    mix.add(_whistle(song) if song.rng.random() < 0.4 else _strings(song), -19, send=0.25)
    mix.add(_hands(song), -33, send=0.1)
    return mix.in_room(1.1, 5000, song.rng)


def _guitar(song: Song) -> Stem:
    stem = Stem(song.seconds)
    guitar = Sampler(partial(pluck, seconds=2.6, rng=song.rng, brightness=0.55, ring=0.997))
    picking = song.choice(*PICKING[song.form.beats])
    for bar in song.bars:
        for beat, string in picking:
            chord = bar.chord(beat, song.form.beats)
            fingers = chord.voiced(52)
            strings = [chord.bass(40), chord.fifth(40), *fingers, fingers[0] + 12]
            at = song.at(bar.number, beat) + song.loose()
            gain = song.rng.uniform(0.6, 0.8) + 0.25 * (string < 2)
            stem.place(guitar.note(strings[string], song.beat * 2), at, gain=gain, pan=-0.3 + 0.05 * string)
    for place, pitch in enumerate([song.home.bass(40), *song.home.voiced(52), song.home.bass(64)]):
        stem.place(guitar.note(pitch, 2.5), song.end + 0.035 * place, gain=0.9, pan=-0.25)
    stem.samples = high_pass(stem.samples, 70)
    return stem


def _strings(song: Song) -> Stem:
    """The tune on steel strings, with a short slide up to some notes."""
    stem = Stem(song.seconds)
    strings = Sampler(partial(pluck, seconds=2.2, rng=song.rng, brightness=0.85, ring=0.998))
    for at, note in song.melody(low=60, high=79, scale=song.mode, rests=0.12, quick=0.35):
        at += song.loose()
        if song.rng.random() < 0.15:
            stem.place(strings.note(note.pitch - 1, 0.05, release=0.02), at - 0.05, gain=0.4, pan=0.3)
        stem.place(strings.note(note.pitch, note.length * song.beat), at, gain=song.rng.uniform(0.7, 1), pan=0.3)
    stem.place(strings.note(song.home.bass(64), 2), song.end, gain=0.8, pan=0.3)
    return stem


def _whistle(song: Song) -> Stem:
    stem = Stem(song.seconds)
    for at, note in song.melody(low=67, high=86, scale=song.mode, rests=0.12, quick=0.35):
        seconds = note.length * song.beat
        sound = tone("flute", note.pitch, seconds, vibrato=0.12, vibrato_hz=5)
        breath = low_pass(song.rng.standard_normal(len(sound), np.float32), 3500) * np.float32(0.03)
        stem.place(held(sound + breath, attack=0.05, release=0.07), at + song.loose(), pan=0.25)
    return stem


def _hands(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    with_shaker = song.rng.random() < 0.5
    for bar in song.bars:
        kit.hit(tap, song.at(bar.number, 0) + song.loose(), 0.9)
        for beat in range(1, song.form.beats):
            if with_shaker and bar.section == "B":
                kit.hit(shaker, song.at(bar.number, beat) + song.loose(), 0.35, pan=0.5)
            elif beat == 2:
                kit.hit(tap, song.at(bar.number, beat) + song.loose(), 0.5)
    return stem
