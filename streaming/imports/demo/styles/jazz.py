"""Jazz: a trio at a swing. Walking bass, ride cymbal and brushes, a piano, and a vibraphone with the tune."""

import numpy as np

from streaming.imports.demo import harmony
from streaming.imports.demo.harmony import Chord
from streaming.imports.demo.song import Bar, Form, Song
from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.drums import Kit, acoustic_kick, brush, closed_hat, ride
from streaming.imports.demo.synthesis.envelopes import struck
from streaming.imports.demo.synthesis.filters import low_pass
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.sampler import Sampler
from streaming.imports.demo.synthesis.tones import frequency, tone

FORM = Form(
    sections=("A4 A4 B4 A4", "A4 A4 B4 A4 A2"),
    beats=4,
    modes=("major", "dorian", "blues"),
    progressions={
        "major": [
            ("ii7,V13 Imaj9,VI7 ii7,V13 Imaj9", "v7,I9 IVmaj9 ii7 V13"),
            ("Imaj9,vi7 ii7,V9 iii7,VI7 ii7,V13", "III7 VI7 II9 V13"),
        ],
        "dorian": [
            ("i9 i9 ii7,V7 i9", "bIIImaj7 bVImaj7 iim7b5 V7"),
            ("i9 IV13 i9 IV13", "bVIImaj7 bIIImaj7 bVImaj7 V7"),
        ],
        "blues": [("I9 IV9 I9 I13", "IV9 IV9 I9 V13,IV9"), ("I9 IV13 I9,VI7 ii7,V13", "IV13 IV13 I9 II9,V13")],
    },
    swing=0.65,
)
FADE_IN, FADE_OUT = 0.01, 1.8


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    mix.add(_bass(song), -20, send=0.05)
    mix.add(_piano(song), -23, send=0.15)
    mix.add(_vibraphone(song), -21, send=0.2)
    mix.add(_drums(song), -28, send=0.12)
    return mix.in_room(1.3, 6000, song.rng)


def _bass(song: Song) -> Stem:
    """A note a beat: the root where the chord changes, chord notes between, and a half-step into the next root."""
    stem = Stem(song.seconds)
    for bar in song.bars:
        for beat in range(4):
            pitch = _walking(song, bar, beat)
            sound = struck(tone("upright", pitch, song.beat * 0.98), decay=0.45, attack=0.008)
            stem.place(sound, song.at(bar.number, beat) + song.loose(0.01), gain=song.rng.uniform(0.8, 1), pan=-0.1)
    stem.place(struck(tone("upright", song.home.bass(34), 1.8), decay=0.8, attack=0.008), song.end, pan=-0.1)
    return stem


def _walking(song: Song, bar: Bar, beat: int) -> int:
    chord = bar.chord(beat, 4)
    changes = beat * len(bar.chords) % 4 == 0
    if changes:
        return chord.bass(34)
    if beat == 3:
        following = song.home if bar.is_last else song.bars[bar.number + 1].chords[0]
        return following.bass(34) + song.choice(-1, 1)
    return int(song.rng.choice(chord.voiced(36)))


def _strings_of_a_piano(pitch: float) -> np.ndarray:
    """Partials a little sharp, as stiff strings have them, the higher the sooner gone."""
    time = np.arange(round(1.8 * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    hz = frequency(pitch)
    sound = np.zeros(len(time), np.float32)
    for k in range(1, min(9, int(9000 / hz)) + 1):
        stretched = hz * k * np.sqrt(1 + 0.0004 * k * k)
        sound += np.sin(np.float32(2 * np.pi * stretched) * time) * np.exp(-time * np.float32(1.6 + 0.9 * k)) / k**1.2
    return struck(sound, decay=1.5, attack=0.002)


def _rootless(chord: Chord) -> list[int]:
    """A pianist leaves the root to the bass."""
    return [pitch for pitch in chord.voiced(53) if (pitch - chord.root) % 12] or chord.voiced(53)


def _piano(song: Song) -> Stem:
    stem = Stem(song.seconds)
    piano = Sampler(_strings_of_a_piano)
    rhythms = ((0, 1.5), (0.5, 2.5), (1.5, 3.5), (0, 2.5, 3.5))
    for bar in song.bars:
        for beat in song.choice(*rhythms):
            gain = song.rng.uniform(0.5, 0.9)
            seconds = song.choice(0.15, 0.4, song.beat * 1.2)
            at = song.at(bar.number, beat) + song.loose()
            for pitch in _rootless(bar.chord(beat, 4)):
                stem.place(piano.note(pitch, seconds), at, gain=gain, pan=0.35 + 0.01 * (pitch - 60))
    for pitch in _rootless(song.home):
        stem.place(piano.note(pitch, 1.7), song.end + 0.01, pan=0.35)
    return stem


def _vibraphone_bar(pitch: float) -> np.ndarray:
    seconds = 2.2
    time = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    bar = tone("sine", pitch, seconds) + 0.25 * tone("sine", pitch + 24, seconds) * np.exp(-time * 6)
    motor = 1 - 0.25 * (0.5 + 0.5 * np.sin(np.float32(2 * np.pi * 5.2) * time))
    return struck(bar * motor, decay=0.8, attack=0.002)


def _vibraphone(song: Song) -> Stem:
    stem = Stem(song.seconds)
    vibraphone = Sampler(_vibraphone_bar)
    scale = {"major": "major", "dorian": "dorian", "blues": "blues"}[song.mode]
    for at, note in song.melody(low=62, high=84, scale=scale, rests=0.22, quick=0.6):
        at += song.loose(0.012)
        gain = song.rng.uniform(0.65, 1)
        if scale == "blues" and song.rng.random() < 0.2:
            grace = harmony.nearest(note.pitch - 1, harmony.scale(song.tonic, "blues", 55, 90))
            stem.place(vibraphone.note(grace, 0.05), at - 0.06, gain=0.4, pan=-0.3)
        stem.place(vibraphone.note(note.pitch, note.length * song.beat * 0.9), at, gain=gain, pan=-0.3)
    stem.place(vibraphone.note(song.home.bass(71) + 2, 1.7), song.end, pan=-0.3)
    return stem


def _drums(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    for bar in song.bars:
        for beat, gain in ((0, 0.6), (1, 0.9), (1.5, 0.45), (2, 0.6), (3, 0.9), (3.5, 0.45)):
            kit.hit(ride, song.at(bar.number, beat) + song.loose(), gain * song.rng.uniform(0.8, 1), pan=0.4)
        for beat in (1, 3):
            kit.hit(closed_hat, song.at(bar.number, beat), 0.5, pan=-0.4)
        for beat in range(4):
            kit.hit(brush, song.at(bar.number, beat) - 0.04, 0.35 + 0.2 * (beat % 2), pan=-0.1)
            kit.hit(acoustic_kick, song.at(bar.number, beat), 0.18)
        if bar.is_turn:
            kit.hit(brush, song.at(bar.number, 3.5), 0.8)
    kit.hit(ride, song.end, 1.0, pan=0.4)
    stem.samples = low_pass(stem.samples, 11_000)
    return stem
