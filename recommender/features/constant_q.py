"""The constant-Q transform: the strength of each note, from filters as long as a note needs.

Octave by octave from the top, each at half of the rate of the one above (Schörkhuber and Klapuri, "Constant-Q
transform toolbox for music processing", SMC 2010), as librosa does it. There each octave is filtered in the frequency
domain; but its filters are the same for all octaves, and as short as they are, a matrix product with the samples
themselves is several times as fast.
"""

from functools import lru_cache

import librosa
import numpy as np

from recommender.features.decoding import SAMPLE_RATE
from recommender.features.spectrum import HOP, PADDING

OCTAVES = 7
NOTES = 12
# The top octave, below 4.2 kHz, needs no more than half of the samples.
HALVED = 1
SPARSITY = 0.01
# In 2017 librosa took a note's bandwidth to be the step to the note above, by now the mean of the steps to both sides:
# of two filters for one note, the ratio of their lengths.
STEP = 2 ** (1 / NOTES)
FILTER_SCALE = (STEP**2 - 1) / (STEP**2 + 1) / (STEP - 1)


def constant_q(signal: np.ndarray, tuning: float) -> np.ndarray:
    """Magnitudes of the notes from C1 up, tuned by so many semitones: float32, shape (OCTAVES * NOTES, frames)."""
    for _ in range(HALVED):
        signal = _halved(signal)
    filters = _filters(tuning)
    octaves = []
    for octave in range(OCTAVES):
        octaves.append(_filtered(signal, filters, HOP >> HALVED + octave))
        if octave < OCTAVES - 1:
            signal = _halved(signal)
    frames = min(len(notes) for notes in octaves)
    return np.concatenate([notes[:frames].T for notes in reversed(octaves)])


def _halved(signal: np.ndarray) -> np.ndarray:
    """At half of the rate, with the energy kept."""
    return librosa.resample(signal, orig_sr=2, target_sr=1, res_type="soxr_hq", scale=True)


def _filtered(signal: np.ndarray, filters: np.ndarray, hop: int) -> np.ndarray:
    """Magnitudes of shape (frames, NOTES)."""
    padded = np.pad(signal, len(filters) // 2, mode=PADDING)
    frames = np.lib.stride_tricks.sliding_window_view(padded, len(filters))[::hop]
    # Overlapping rows would keep numpy from the fast product.
    parts = np.ascontiguousarray(frames) @ filters
    return np.hypot(parts[:, :NOTES], parts[:, NOTES:])


@lru_cache(maxsize=128)
def _filters(tuning: float) -> np.ndarray:
    """Real, then imaginary parts of an octave's filters in time: float32, shape (samples, 2 * NOTES)."""
    rate = SAMPLE_RATE / 2**HALVED
    notes = librosa.cqt_frequencies(OCTAVES * NOTES, fmin=librosa.note_to_hz("C1"), tuning=tuning)[-NOTES:]
    basis, lengths = librosa.filters.wavelet(freqs=notes, sr=rate, filter_scale=FILTER_SCALE, pad_fft=True)
    size = basis.shape[1]
    basis = basis * np.sqrt(lengths)[:, None] / size
    # librosa leaves out negative frequencies and the weakest others. Its product with a spectrum is a sum over the
    # samples, too, each weighted by the transform of what is left.
    kept = librosa.util.sparsify_rows(np.fft.fft(basis)[:, : size // 2 + 1], quantile=SPARSITY).toarray()
    filters = np.fft.fft(kept, n=size).T
    return np.concatenate([filters.real, filters.imag], axis=1).astype(np.float32)
