"""House: four on the floor, claps, open hats off the beat, an off-beat bass, stabs that open over the song."""

import numpy as np

from streaming.imports.demo.song import Bar, Form, Song
from streaming.imports.demo.synthesis.drums import Kit, clap, closed_hat, crash, electronic_kick, open_hat
from streaming.imports.demo.synthesis.envelopes import held, struck
from streaming.imports.demo.synthesis.filters import duck, echo, high_pass, low_pass, slow_wave, sweep
from streaming.imports.demo.synthesis.mixer import Mix, Stem
from streaming.imports.demo.synthesis.tones import ensemble, tone

FORM = Form(
    sections=("A4 A4 B2 A4", "A2 A4 B2 A4 A2"),
    beats=4,
    modes=("minor", "dorian"),
    progressions={
        "minor": [("i7 bVImaj7", "iv7 v7"), ("i9 iv7", "bVImaj7 bVII"), ("i7 i7 bVImaj7 bVII", "iv7 bVII")],
        "dorian": [("i9 IV9", "bVII IV9"), ("i7 ii7", "bIIImaj7 ii7"), ("i9 i9 IV9 IV9", "bVIImaj7 i9")],
    },
    ring=(1.8, 2.8),
)
FADE_IN, FADE_OUT = 0.01, 1.8
STABS = (
    (0.0, 0.75, 1.5, 2.5, 3.25),
    (0.5, 1.25, 2.0, 2.75, 3.5),
    (0.0, 1.5, 3.0),
    (0.75, 1.5, 2.75, 3.5),
)


def perform(song: Song) -> np.ndarray:
    mix = Mix(song.seconds)
    pump = duck(round(len(mix.send)), [at for bar in song.bars for at in _kicks(song, bar)], 0.75, song.beat * 0.8)
    mix.add(_drums(song), -17, send=0.03)
    mix.add(_bass(song, pump), -20)
    mix.add(_stabs(song, pump), -22, send=0.25)
    mix.add(_strings(song, pump), -29, send=0.4)
    return mix.in_room(1.6, 6000, song.rng)


def _kicks(song: Song, bar: Bar) -> list[float]:
    return [song.at(bar.number, beat) for beat in range(4)] if bar.section == "A" else []


def _drums(song: Song) -> Stem:
    stem = Stem(song.seconds)
    kit = Kit(stem, song.rng)
    shuffle = song.choice((0.35, 0.2, 0.5, 0.2), (0.3, 0.3, 0.3, 0.3), (0.45, 0.1, 0.25, 0.3))
    for bar in song.bars:
        for at in _kicks(song, bar):
            kit.hit(electronic_kick, at)
            kit.hit(open_hat, at + song.beat / 2, 0.35, pan=0.15)
        for beat in (1, 3):
            kit.hit(clap, song.at(bar.number, beat), 0.6)
        for sixteenth in range(16):
            kit.hit(closed_hat, song.at(bar.number, sixteenth / 4), 0.6 * shuffle[sixteenth % 4], pan=-0.2)
        if bar.section == "B" and bar.is_turn:
            for sixteenth in range(8, 16):
                kit.hit(clap, song.at(bar.number, sixteenth / 4), 0.15 + 0.03 * sixteenth)
        if bar.section == "A" and bar.place == 0 and bar.number:
            kit.hit(crash, song.at(bar.number, 0), 0.3, pan=0.3)
    kit.hit(electronic_kick, song.end)
    kit.hit(crash, song.end, 0.3)
    return stem


def _bass(song: Song, pump: np.ndarray) -> Stem:
    stem = Stem(song.seconds)
    pattern = song.choice(
        ((0.5, 0), (1.5, 0), (2.5, 0), (3.5, 12)),
        ((0.5, 0), (0.75, 0), (1.5, 12), (2.5, 0), (3.25, 7), (3.5, 0)),
        ((0, 0), (0.75, 0), (1.5, 0), (2.25, 12), (3, 7), (3.5, 0)),
    )
    for bar in song.bars:
        for beat, step in pattern:
            pitch = bar.chord(beat, 4).bass(33) + step
            stem.place(struck(tone("saw", pitch, song.beat * 0.45), decay=0.25), song.at(bar.number, beat))
    stem.samples = low_pass(stem.samples, 700) * pump
    return stem


def _stabs(song: Song, pump: np.ndarray) -> Stem:
    stem = Stem(song.seconds)
    for bar in song.bars:
        for beat in STABS[bar.section == "B"] if song.tonic % 2 else STABS[2 + (bar.section == "B")]:
            for voice, pitch in enumerate(bar.chord(beat, 4).voiced(57)):
                sound = struck(ensemble("saw", pitch, 0.32, song.rng, voices=2, detune=0.07), decay=0.12)
                stem.place(sound, song.at(bar.number, beat), pan=(-0.4, 0.4, -0.1, 0.1, 0)[voice % 5])
    rise = np.linspace(0, 1, len(stem), dtype=np.float32)
    openness = np.clip(0.7 * rise + 0.3 * slow_wave(len(stem), 0.12), 0, 1)
    stem.samples = echo(high_pass(sweep(stem.samples, 900, 5000, openness), 200), song.beat * 0.75, 0.35, 3) * pump
    return stem


def _strings(song: Song, pump: np.ndarray) -> Stem:
    stem = Stem(song.seconds)
    for bar in song.bars:
        seconds = song.beat * 4 + 0.2
        for voice, pitch in enumerate(bar.chords[0].voiced(67)):
            sound = held(ensemble("saw", pitch, seconds, song.rng, voices=2, detune=0.1), attack=0.3, release=0.3)
            stem.place(sound, song.at(bar.number, 0), pan=(-0.8, 0.8)[voice % 2])
    stem.samples = high_pass(low_pass(stem.samples, 3500), 400) * pump
    return stem
