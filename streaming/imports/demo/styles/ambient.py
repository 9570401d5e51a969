"""Ambient: slow pads that open and close, a drone below, far bells, wind; no beat."""

import numpy as np

from streaming.imports.demo import harmony
from streaming.imports.demo.song import Form, Song
from streaming.imports.demo.synthesis.envelopes import held
from streaming.imports.demo.synthesis.filters import band_pass, echo, low_pass, slow_wave, sweep
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.tones import bell, ensemble, tone

FORM = Form(
    sections=("A2 A2 B2 A2", "A2 B2 A2"),
    beats=4,
    modes=("lydian", "dorian", "major"),
    progressions={
        "lydian": [("Imaj9 II", "vi7 Imaj7"), ("Iadd9 vii7", "IImaj7 Imaj9")],
        "dorian": [("i9 IVadd9", "bVIImaj7 IV"), ("isus2 bIIIadd9", "IV9 i9")],
        "major": [("Imaj9 IVmaj9", "vi7 IVadd9"), ("Iadd9 iii7", "IVmaj7 Isus2")],
    },
    ring=(4.0, 6.0),
)
FADE_IN, FADE_OUT = 2.5, 4.0


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    mix.add(_pads(song), -20, send=0.5)
    mix.add(_drone(song), -24)
    mix.add(_bells(song), -27, send=1.2)
    mix.add(_wind(song), -40, send=0.3)
    return mix.in_room(5.0, 4500, song.rng)


def _pads(song: Song) -> Stem:
    stem = Stem(song.seconds)
    overlap = 1.8
    length = song.beat * song.form.beats + overlap
    chords = [(song.at(bar.number, 0), bar.chords[0], length) for bar in song.bars]
    chords.append((song.end, song.home, max(song.seconds - song.end, 2.0)))
    for at, chord, seconds in chords:
        for voice, pitch in enumerate(chord.voiced(54)):
            sound = ensemble("saw", pitch, seconds, song.rng, voices=3, detune=0.12)
            stem.place(held(sound, attack=1.6, release=overlap), at, pan=(-0.7, 0.7, -0.25, 0.25, 0)[voice % 5])
    openness = slow_wave(len(stem), song.rng.uniform(0.05, 0.11), song.rng.random())
    stem.samples = sweep(stem.samples, 450, song.rng.uniform(1300, 2200), openness)
    return stem


def _drone(song: Song) -> Stem:
    stem = Stem(song.seconds)
    pitch = 36 + song.tonic % 12 - 12 * (song.tonic % 12 > 7)
    for pan, offset in ((-0.15, 0.0), (0.15, 0.03)):
        stem.place(held(tone("soft", pitch + offset, song.seconds), attack=3, release=3), 0, pan=pan)
    stem.samples = low_pass(stem.samples, 300)
    return stem


def _bells(song: Song) -> Stem:
    """Few notes, far apart: the same small group of them comes back in every section A."""
    stem = Stem(song.seconds)
    pentatonic = harmony.scale(song.tonic, "major pentatonic" if song.mode != "dorian" else "minor pentatonic", 69, 91)
    ratio = song.choice(2.0, 3.5, 1.41)
    for at, note in song.melody(low=69, high=91, scale=song.mode, rests=0.45, quick=0.1):
        pitch = harmony.nearest(note.pitch, pentatonic)
        stem.place(bell(pitch, 4.0, ratio=ratio, brightness=1.1, decay=1.2), at, gain=song.rng.uniform(0.4, 1),
                   pan=song.rng.uniform(-0.7, 0.7))  # fmt: skip
    stem.samples = echo(stem.samples, song.beat * 0.75, 0.5)
    return stem


def _wind(song: Song) -> Stem:
    stem = Stem(song.seconds)
    low = song.rng.uniform(350, 700)
    noise = song.rng.standard_normal(stem.samples.shape, np.float32)
    stem.samples = band_pass(noise, low, low * 3) * slow_wave(len(stem), 0.07, song.rng.random())
    return stem
