"""Rock: power chords on two distorted guitars, a driven bass, hard drums, a lead guitar where section B comes."""

import numpy as np

from streaming.imports.demo.harmony import Chord
from streaming.imports.demo.song import Bar, Form, Song
from streaming.imports.demo.synthesis.drums import Kit, acoustic_kick, closed_hat, crash, open_hat, snare
from streaming.imports.demo.synthesis.envelopes import held, struck
from streaming.imports.demo.synthesis.filters import band_pass, drive, echo, high_pass, low_pass
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.tones import tone

FORM = Form(
    sections=("A4 A4 B4 A4", "A4 B4 A4 B4", "A4 A4 B4 A4 A2"),
    beats=4,
    modes=("minor", "mixolydian"),
    progressions={
        "minor": [
            ("i5 i5 bVI5 bVII5", "bVI5 bVII5 i5 i5"),
            ("i5 bVII5 bVI5 bVII5", "iv5 bVI5 bVII5 bVII5"),
            ("i5 bIII5 bVII5 iv5", "bVI5 bIII5 bVII5 i5"),
        ],
        "mixolydian": [
            ("I5 bVII5 IV5 I5", "IV5 IV5 bVII5 V5"),
            ("I5 I5 IV5 bVII5", "bVII5 IV5 I5 V5"),
        ],
    },
    ring=(1.8, 2.6),
)
FADE_IN, FADE_OUT = 0.01, 1.5
# (beat, length, muted by the palm) of the chords of section A; in B they ring.
RIFFS = (
    tuple((eighth / 2, 0.42, eighth not in (0, 3, 6)) for eighth in range(8)),
    ((0, 0.9, False), (1, 0.4, True), (1.5, 0.9, False), (2.5, 0.4, True), (3, 0.4, True), (3.5, 0.45, False)),
    ((0, 1.4, False), (1.5, 0.4, False), (2, 0.4, True), (2.5, 0.4, True), (3, 0.9, False)),
)
RINGING = ((0, 1.9, False), (2, 1.4, False), (3.5, 0.45, False))


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    riff = song.choice(*RIFFS)
    for pan in (-0.85, 0.85):
        mix.add(_rhythm_guitar(song, riff, pan), -19.5, send=0.04)
    mix.add(_bass(song), -21.5)
    mix.add(_drums(song), -17, send=0.12)
    mix.add(_lead_guitar(song), -20.5, send=0.2)
    return mix.in_room(0.9, 6000, song.rng)


def _strokes(riff: tuple, bar: Bar) -> tuple:
    return riff if bar.section == "A" else RINGING


def _rhythm_guitar(song: Song, riff: tuple, pan: float) -> Stem:
    """One of two takes: another detuning and timing each, which makes the sound wide."""
    stem = Stem(song.seconds)
    off_tune = song.rng.uniform(-0.06, 0.06)
    for bar in song.bars:
        for beat, length, muted in _strokes(riff, bar):
            sound = _power_chord(bar.chord(beat, 4), length * song.beat, off_tune, song)
            sound = struck(sound, decay=0.07 if muted else 2.5)
            at = song.at(bar.number, beat) + song.loose()
            stem.place(low_pass(sound, 1500) if muted else sound, at, pan=pan)
    stem.place(struck(_power_chord(song.home, 2.4, off_tune, song), decay=1.2), song.end, pan=pan)
    stem.samples = _cabinet(drive(high_pass(stem.samples, 110), 7))
    return stem


def _power_chord(chord: Chord, seconds: float, off_tune: float, song: Song) -> np.ndarray:
    root = chord.bass(40) + off_tune
    return sum(tone("saw", root + step, seconds, phase=song.rng.random()) for step in (0, 7.02, 12)) / np.float32(3)


def _cabinet(sound: np.ndarray) -> np.ndarray:
    """A loudspeaker for guitars: little above 5 kHz or below 90 Hz, and a bite near 2.5 kHz."""
    return high_pass(low_pass(sound, 4800, order=4), 90) + 0.5 * band_pass(sound, 1800, 3200)


def _bass(song: Song) -> Stem:
    stem = Stem(song.seconds)
    for bar in song.bars:
        for eighth in range(8):
            chord = bar.chord(eighth / 2, 4)
            pitch = chord.fifth(28) if bar.is_turn and eighth == 7 else chord.bass(28)
            sound = struck(tone("saw", pitch, song.beat * 0.48), decay=0.4)
            stem.place(sound, song.at(bar.number, eighth / 2) + song.loose(), gain=1 if eighth % 2 == 0 else 0.8)
    stem.place(struck(tone("saw", song.home.bass(28), 2.2), decay=1.0), song.end)
    stem.samples = low_pass(drive(low_pass(stem.samples, 900), 2.5), 1400)
    return stem


def _drums(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    kicks = song.choice((0, 0.5, 2), (0, 2, 2.5), (0, 1.5, 2.5), (0, 0.5, 2, 2.5, 3.5))
    for bar in song.bars:
        for beat in kicks:
            kit.hit(acoustic_kick, song.at(bar.number, beat) + song.loose(0.005))
        for beat in (1, 3, 3.25, 3.5, 3.75) if bar.is_turn else (1, 3):
            kit.hit(snare, song.at(bar.number, beat) + song.loose(0.005), 0.9)
        cymbal, gain = (closed_hat, 0.45) if bar.section == "A" else (open_hat, 0.4)
        for eighth in range(8):
            accent = 1.0 if eighth % 2 == 0 else 0.65
            kit.hit(cymbal, song.at(bar.number, eighth / 2) + song.loose(0.005), gain * accent, pan=0.3)
        if bar.place == 0:
            kit.hit(crash, song.at(bar.number, 0), 0.6, pan=-0.3)
    kit.hit(acoustic_kick, song.end)
    kit.hit(crash, song.end, 0.8, pan=-0.3)
    return stem


def _lead_guitar(song: Song) -> Stem:
    stem = Stem(song.seconds)
    scale = "minor pentatonic" if song.mode == "minor" else "major pentatonic"
    sections = {bar.number: bar.section for bar in song.bars}
    for at, note in song.melody(low=62, high=83, scale=scale, rests=0.1, quick=0.5):
        bar = int(at / (song.beat * 4) + 1e-6)
        if sections[bar] == "A" and bar < 4:
            continue
        sound = tone("saw", note.pitch, note.length * song.beat * 0.97, vibrato=0.35, vibrato_hz=5.8)
        stem.place(held(sound, attack=0.006, release=0.03), at + song.loose(), pan=0.1)
    stem.samples = echo(_cabinet(drive(stem.samples, 5)), song.beat * 0.75, 0.25, repeats=2)
    return stem
