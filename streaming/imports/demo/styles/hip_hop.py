"""Hip-hop, the lo-fi kind: a lazy dusty beat, an electric piano, a round bass, all off a worn record."""

import numpy as np

from streaming.imports.demo.song import Form, Song
from streaming.imports.demo.synthesis import SAMPLE_RATE
from streaming.imports.demo.synthesis.drums import Kit, closed_hat, dusty_kick, dusty_snare, rim
from streaming.imports.demo.synthesis.envelopes import held, struck
from streaming.imports.demo.synthesis.filters import drive, high_pass, low_pass, slow_wave
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.sampler import Sampler
from streaming.imports.demo.synthesis.tones import bell, tone

FORM = Form(
    sections=("A4 A4 B2", "A2 A2 B2 A2 A2"),
    beats=4,
    modes=("minor", "dorian", "major"),
    progressions={
        "minor": [("i9 iv9 bVImaj7 v7", "bVImaj7 v7"), ("i9 bVImaj9 iv7 bVII9", "iv9 i9")],
        "dorian": [("i9 IV9 i9 bVIImaj7", "bIIImaj7 IV9"), ("i9 ii7 bIIImaj7 ii7", "IV9 i9")],
        "major": [("Imaj9 vi9 ii9 V13", "iii7 vi9"), ("IVmaj9 iii7 ii9 Imaj9", "IVmaj9 iii7")],
    },
    swing=0.6,
    swing_unit=0.5,
)
FADE_IN, FADE_OUT = 0.05, 2.0
KICKS = ((0, 0.75, 2.5), (0, 1.75, 2.5, 2.75), (0, 2.25, 2.5), (0, 0.5, 1.75, 2.75))


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    mix.add(_piano(song), -21, send=0.15)
    mix.add(_bass(song), -21.5)
    mix.add(_drums(song), -18, send=0.04)
    mix.add(_tune(song), -26, send=0.3)
    mixed = _worn(mix.in_room(0.9, 3000, song.rng), song)
    mixed += _crackle(song)
    return mixed


def _electric_piano(pitch: float) -> np.ndarray:
    tine = bell(pitch, 3.0, ratio=14.0, brightness=0.25, decay=0.3) * np.float32(0.4)
    return bell(pitch, 3.0, ratio=1.0, brightness=0.9, decay=1.1) + tine


def _piano(song: Song) -> Stem:
    stem = Stem(song.seconds)
    piano = Sampler(_electric_piano)
    rhythm = song.choice(((0, 1.4), (1.75, 2.0)), ((0, 0.7), (0.75, 2.5)), ((0, 3.5),), ((0, 2.2), (2.5, 1.2)))
    for bar in song.bars:
        for beat, length in rhythm:
            for place, pitch in enumerate(bar.chord(beat, 4).voiced(55)):
                at = song.at(bar.number, beat) + 0.012 * place + abs(song.loose(0.015))
                stem.place(piano.note(pitch, length * song.beat, 0.12), at, gain=song.rng.uniform(0.7, 1))
    for place, pitch in enumerate(song.home.voiced(55)):
        stem.place(piano.note(pitch, 2.5), song.end + 0.02 * place)
    tremolo = 0.35 * slow_wave(len(stem), 4.2)
    stem.samples *= np.stack([1 - tremolo, 0.65 + tremolo])
    return stem


def _bass(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kicks = song.choice(*KICKS)
    for bar in song.bars:
        for beat in kicks:
            pitch = bar.chord(beat, 4).bass(31) if beat < 2.6 else bar.chord(beat, 4).fifth(31)
            sound = held(tone("triangle", pitch, song.beat * 0.8), attack=0.01, release=0.12)
            stem.place(drive(sound, 1.5), song.at(bar.number, beat))
    stem.place(held(tone("triangle", song.home.bass(31), 1.5), attack=0.01, release=0.8), song.end)
    stem.samples = low_pass(stem.samples, 400)
    return stem


def _drums(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    kicks = song.choice(*KICKS)
    late = 0.018  # the snare drum lies back
    for bar in song.bars:
        for beat in kicks:
            kit.hit(dusty_kick, song.at(bar.number, beat))
        for beat in (1, 3):
            kit.hit(dusty_snare, song.at(bar.number, beat) + late, 0.85)
        if bar.is_turn:
            kit.hit(dusty_snare, song.at(bar.number, 3.75) + late, 0.4)
            kit.hit(rim, song.at(bar.number, 2.75), 0.4, pan=0.3)
        for eighth in range(8):
            gain = (0.32 if eighth % 2 == 0 else 0.18) * song.rng.uniform(0.7, 1)
            kit.hit(closed_hat, song.at(bar.number, eighth / 2) + song.loose(), gain, pan=0.2)
        if bar.place % 2:
            kit.hit(closed_hat, song.at(bar.number, 2.25), 0.15, pan=0.2)
    stem.samples = low_pass(stem.samples, 7500)
    return stem


def _tune(song: Song) -> Stem:
    stem = Stem(song.seconds)
    scale = "major pentatonic" if song.mode == "major" else "minor pentatonic"
    for at, note in song.melody(low=64, high=83, scale=scale, rests=0.4, quick=0.55):
        sound = struck(tone("flute", note.pitch, min(1.6, note.length * song.beat * 1.3)), decay=0.4, attack=0.01)
        stem.place(sound, at + 0.02, gain=song.rng.uniform(0.6, 1), pan=-0.25)
    return stem


def _worn(stereo: np.ndarray, song: Song) -> np.ndarray:
    """The record turns unevenly and has lost its highest and lowest tones."""
    length = stereo.shape[1]
    time = np.arange(length) / SAMPLE_RATE
    depth = song.rng.uniform(0.0006, 0.0012)  # seconds
    read = np.clip((time - depth * (1 + np.sin(2 * np.pi * 0.55 * time))) * SAMPLE_RATE, 0, length - 1)
    whole = read.astype(np.int64)
    part = (read - whole).astype(np.float32)
    following = np.minimum(whole + 1, length - 1)
    drifted = stereo[:, whole] * (1 - part) + stereo[:, following] * part
    return high_pass(low_pass(drifted, song.rng.uniform(5200, 7000)), 45)


def _crackle(song: Song) -> np.ndarray:
    """Hiss, and some twenty clicks of dust a second."""
    length = round(song.seconds * SAMPLE_RATE)
    hiss = low_pass(song.rng.standard_normal((2, length), np.float32), 5000, order=1) * np.float32(0.0015)
    dust = np.zeros((2, length), np.float32)
    count = int(song.seconds * song.rng.uniform(14, 26))
    dust[song.rng.integers(0, 2, count), song.rng.integers(0, length, count)] = song.rng.uniform(-0.25, 0.25, count)
    return hiss + low_pass(dust, 4000, order=1)
