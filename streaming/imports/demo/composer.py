"""From a seed to a finished piece: plan, perform, master."""

import numpy as np

from streaming.imports.demo.song import Song
from streaming.imports.demo.styles import STYLES
from streaming.imports.demo.synthesis.mastering import mastered

SECONDS = 30.0


def plan(genre: str, seed: int, seconds: float = SECONDS) -> Song:
    """The song of a seed: the same for the same seed. Of a shorter one, as many of its bars as there is time for."""
    rng = np.random.default_rng([seed, sorted(STYLES).index(genre)])
    forms = STYLES[genre].forms
    form = forms[rng.integers(len(forms))]
    return Song.drawn(form, rng, seconds=seconds, full_seconds=SECONDS)


def compose(genre: str, seed: int, seconds: float = SECONDS) -> np.ndarray:
    """The samples of a piece, float32 from -1 to 1, shape (samples, 2) at 44.1 kHz."""
    style = STYLES[genre]
    mix = style.perform(plan(genre, seed, seconds))
    return np.ascontiguousarray(mastered(mix, fade_in=style.fade_in, fade_out=style.fade_out).T)
