"""Scales, and chords by their Roman numerals."""

import re
from dataclasses import dataclass

# Semitones above the tonic.
MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
NUMERALS = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
# Semitones above the root, of a numeral in capitals; one in small letters has its third lowered.
QUALITIES = {
    "": (0, 4, 7),
    "5": (0, 7, 12),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "add9": (0, 4, 7, 14),
    "6": (0, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "13": (0, 4, 7, 10, 14, 21),
    "dim": (0, 3, 6),
    "m7b5": (0, 3, 6, 10),
}
KEYS = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
CHORD = re.compile(r"(?P<flat>b?)(?P<numeral>[iv]+|[IV]+)(?P<quality>.*)")


@dataclass(frozen=True)
class Chord:
    root: int  # a MIDI pitch
    intervals: tuple[int, ...]

    @property
    def classes(self) -> frozenset[int]:
        """Its pitches without their octave, 0 to 11."""
        return frozenset((self.root + interval) % 12 for interval in self.intervals)

    def voiced(self, low: int) -> list[int]:
        """Every note of the chord once, within the octave above `low`: neighbouring chords then lie close."""
        return sorted(low + (pitch - low) % 12 for pitch in self.classes)

    def bass(self, low: int) -> int:
        """The root, within the octave above `low`."""
        return low + (self.root - low) % 12

    def fifth(self, low: int) -> int:
        interval = next((i for i in self.intervals if i in (6, 7)), 7)
        return low + (self.root + interval - low) % 12


def chord(tonic: int, name: str) -> Chord:
    """The chord of a name as "ii7", "V", "bVImaj7"; raises ValueError for another form."""
    match = CHORD.fullmatch(name)
    if not match or match["numeral"].lower() not in NUMERALS or match["quality"] not in QUALITIES:
        raise ValueError(f"{name!r} is not a chord: a Roman numeral and one of {', '.join(filter(None, QUALITIES))}")
    intervals = QUALITIES[match["quality"]]
    if match["numeral"].islower():
        intervals = tuple(3 if interval == 4 else interval for interval in intervals)
    return Chord(tonic + NUMERALS[match["numeral"].lower()] - bool(match["flat"]), intervals)


def scale(tonic: int, mode: str, low: int, high: int) -> list[int]:
    """The pitches of a scale from `low` to `high`, both included."""
    steps = MODES[mode]
    return [pitch for pitch in range(low, high + 1) if (pitch - tonic) % 12 in steps]


def nearest(pitch: float, allowed: list[int]) -> int:
    return min(allowed, key=lambda other: abs(other - pitch))
