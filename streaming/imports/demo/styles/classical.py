"""Classical: a slow string orchestra, mostly in minor; the violins sing, the basses walk, a hall around them."""

import numpy as np

from streaming.imports.demo.song import Bar, Form, Song
from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.drums import Kit, timpani
from streaming.imports.demo.synthesis.envelopes import held, struck
from streaming.imports.demo.synthesis.filters import low_pass
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.tones import ensemble

FORM = Form(
    sections=("A4 A4 B4", "A4 B4 A4"),
    beats=3,
    modes=("harmonic minor", "major"),
    progressions={
        "harmonic minor": [
            ("i iv V i", "bVI bIII iv V"),
            ("i V7 i iv", "bIII bVII bVI V7"),
            ("i bVI iv V", "iv i iim7b5 V7"),
        ],
        "major": [("I vi IV V", "vi iii IV V7"), ("I V vi iii", "IV I ii V7")],
    },
    ring=(2.8, 4.0),
)
COMMON_TIME = Form(sections=("A2 A2 B2 A2",), beats=4, modes=FORM.modes, progressions=FORM.progressions, ring=FORM.ring)
FADE_IN, FADE_OUT = 0.05, 2.8


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    swell = _swell(song)
    accompaniment = _figuration if song.rng.random() < 0.5 else _chords
    for section, level, send in ((_violins, -18, 0.35), (accompaniment, -23, 0.35), (_basses, -24, 0.2)):
        stem = section(song)
        stem.samples = low_pass(stem.samples, 5200, order=1) * swell
        mix.add(stem, level, send=send)
    if song.rng.random() < 0.6:
        mix.add(_timpani(song), -27, send=0.4)
    return mix.in_room(2.6, 4500, song.rng)


def _swell(song: Song) -> np.ndarray:
    """The conductor: quiet at the start, loudest where section B ends, quiet again at the close."""
    peak = max((song.at(bar.number + 1, 0) for bar in song.bars if bar.section == "B"), default=song.end)
    time = np.arange(round(song.seconds * SAMPLE_RATE)) / SAMPLE_RATE
    points = ((0, peak, max(song.end, peak + 0.1), song.seconds + 1), (0.55, 1.0, 0.7, 0.5))
    return np.interp(time, *points).astype(np.float32)


def _bowed(song: Song, pitch: float, seconds: float, *, attack: float, voices: int = 3) -> np.ndarray:
    sound = ensemble("bow", pitch, seconds + 0.25, song.rng, voices=voices, detune=0.07, vibrato=0.18)
    return held(sound, attack=attack, release=0.3)


def _violins(song: Song) -> Stem:
    stem = Stem(song.seconds)
    for at, note in song.melody(low=67, high=88, scale=song.mode, rests=0.04, quick=0.25):
        seconds = note.length * song.beat
        stem.place(_bowed(song, note.pitch, seconds, attack=min(0.18, seconds / 3), voices=4), at, pan=-0.4)
        if note.start % song.form.beats == 0:
            stem.place(_bowed(song, note.pitch - 12, seconds, attack=0.2), at, gain=0.4, pan=-0.1)
    stem.place(_bowed(song, song.home.bass(72), song.form.ring[0], attack=0.25, voices=4), song.end, pan=-0.4)
    return stem


def _chords(song: Song) -> Stem:
    stem = Stem(song.seconds)
    for at, chord, seconds in _changes(song):
        for voice, pitch in enumerate(chord.voiced(55)):
            stem.place(_bowed(song, pitch, seconds, attack=0.35), at, pan=(0.0, 0.3, 0.5, 0.2)[voice])
    return stem


def _figuration(song: Song) -> Stem:
    """The chord broken into short bows, up and down."""
    stem = Stem(song.seconds)
    for bar in song.bars:
        pitches = _broken(bar)
        for eighth in range(song.form.beats * 2):
            sound = struck(_bowed(song, pitches[eighth % len(pitches)], song.beat * 0.45, attack=0.03), decay=0.5)
            at = song.at(bar.number, eighth / 2) + song.loose(0.012)
            stem.place(sound, at, gain=0.75 + 0.25 * (eighth == 0), pan=0.3)
    for pitch in song.home.voiced(55):
        stem.place(_bowed(song, pitch, song.form.ring[0], attack=0.2), song.end, pan=0.3)
    return stem


def _broken(bar: Bar) -> list[int]:
    voiced = bar.chords[0].voiced(52)
    return [*voiced, voiced[0] + 12, *voiced[:0:-1]]


def _basses(song: Song) -> Stem:
    stem = Stem(song.seconds)
    for at, chord, seconds in _changes(song):
        stem.place(_bowed(song, chord.bass(43), seconds, attack=0.25), at, gain=0.8, pan=0.35)
        stem.place(_bowed(song, chord.bass(31), seconds, attack=0.3, voices=2), at, pan=0.5)
    return stem


def _changes(song: Song):
    """(seconds, chord, its seconds) through the song, the last chord included."""
    length = song.form.beats * song.beat
    for bar in song.bars:
        for part, chord in enumerate(bar.chords):
            yield song.at(bar.number, 0) + part * length / len(bar.chords), chord, length / len(bar.chords)
    yield song.end, song.home, song.form.ring[0]


def _timpani(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    for bar in song.bars:
        if bar.is_turn:
            for eighth in range(2, 2 * song.form.beats):
                kit.hit(timpani, song.at(bar.number, eighth / 2), 0.1 + 0.08 * eighth)
        elif bar.place == 0 and bar.number:
            kit.hit(timpani, song.at(bar.number, 0), 0.9)
    kit.hit(timpani, song.end, 1.0)
    return stem
