"""Loops over the frames of a clip, compiled by numba: one pass over what is in the cache, where numpy takes many.

Spectra lie a frame a row, so that a row is contiguous. All arrays are float32 unless said otherwise. `fastmath` lets
sums be reordered, and relies on finite values.
"""

import numpy as np
from numba import njit

# Frames that are worked on side by side.
LANES = 32


@njit(cache=True, nogil=True)
def crossing_counts(signal: np.ndarray, threshold: float) -> np.ndarray:
    """How often the sign has changed up to and with each sample, int32; from -threshold up counts as positive."""
    counts = np.empty(len(signal), np.int32)
    count = 0
    before = signal[0] < -threshold
    for place in range(len(signal)):
        now = signal[place] < -threshold
        count += now != before
        before = now
        counts[place] = count
    return counts


@njit(cache=True, nogil=True, fastmath=True)
def power_of(spectrum: np.ndarray, power: np.ndarray) -> None:
    """Squared absolute values of complex128 (frames, bins) into `power` of the same shape."""
    for frame in range(spectrum.shape[0]):
        for place in range(spectrum.shape[1]):
            value = spectrum[frame, place]
            power[frame, place] = value.real * value.real + value.imag * value.imag


@njit(cache=True, nogil=True, fastmath=True)
def spectral_shapes(power: np.ndarray, roll_percent: float) -> np.ndarray:
    """Of each row of (frames, bins): root mean square, centroid, bandwidth and roll-off, the last three in bins.

    All but the first weigh a bin by its magnitude, as librosa does; a silent frame has 0 for all.
    """
    frames, bins = power.shape
    shapes = np.zeros((frames, 4), np.float32)
    row = np.empty(bins, np.float32)
    for frame in range(frames):
        energy, total, moment = np.float32(0), np.float32(0), np.float32(0)
        for place in range(bins):
            magnitude = np.sqrt(power[frame, place])
            row[place] = magnitude
            energy += power[frame, place]
            total += magnitude
            moment += magnitude * np.float32(place)
        if total == 0:
            continue
        centroid = moment / total
        spread = np.float32(0)
        for place in range(bins):
            distance = np.float32(place) - centroid
            spread += row[place] * distance * distance
        shapes[frame, 0] = np.sqrt(energy / np.float32(bins))
        shapes[frame, 1] = centroid
        shapes[frame, 2] = np.sqrt(spread / total)
        shapes[frame, 3] = _reached(row, np.float32(roll_percent) * total)
    return shapes


@njit(cache=True, nogil=True)
def _reached(values: np.ndarray, wanted: float) -> int:
    """The first place up to which the values sum to what is wanted."""
    running = np.float32(0)
    for place in range(len(values)):
        running += values[place]
        if running >= wanted:
            return place
    return len(values) - 1


@njit(cache=True, nogil=True, fastmath=True)
def band_extremes(power: np.ndarray, bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean magnitudes of the weakest and of the strongest bins of each band: twice (bands, frames).

    `bands`, int64, has a row a band: its first bin, the one behind its last, how many of its bins count as extreme.
    """
    frames = power.shape[0]
    valleys, peaks = np.empty((len(bands), frames), np.float32), np.empty((len(bands), frames), np.float32)
    lowest = np.empty((bands[:, 2].max(), LANES), np.float32)
    highest = np.empty_like(lowest)
    rising, falling = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    for start in range(0, frames, LANES):
        lanes = min(LANES, frames - start)
        for band in range(len(bands)):
            first, end, count = bands[band]
            _sort_in(power[start : start + lanes, first:end], lowest[:count], highest[:count], rising, falling)
            for lane in range(lanes):
                valleys[band, start + lane] = np.sqrt(lowest[:count, lane]).mean()
                peaks[band, start + lane] = np.sqrt(highest[:count, lane]).mean()
    return valleys, peaks


@njit(cache=True, nogil=True, fastmath=True)
def _sort_in(
    values: np.ndarray, lowest: np.ndarray, highest: np.ndarray, rising: np.ndarray, falling: np.ndarray
) -> None:
    """The few lowest and highest values of each row of `values`, a column a row, in order from the most extreme.

    Each bin passes all places, and stays where it belongs. A few frames do so side by side, and without branches: the
    compiler makes vector instructions of that, which sort sooner than a sort of each frame.
    """
    lanes = len(values)
    lowest[:] = np.float32(np.finfo(np.float32).max)
    highest[:] = np.float32(0)
    for place in range(values.shape[1]):
        for lane in range(lanes):
            rising[lane] = falling[lane] = values[lane, place]
        for rank in range(len(lowest)):
            for lane in range(lanes):
                kept, value = lowest[rank, lane], rising[lane]
                lowest[rank, lane] = min(kept, value)
                rising[lane] = max(kept, value)
                kept, value = highest[rank, lane], falling[lane]
                highest[rank, lane] = max(kept, value)
                falling[lane] = min(kept, value)


@njit(cache=True, nogil=True)
def spectral_peaks(
    power: np.ndarray, first: int, end: int, threshold: float, of_magnitude: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Places (in bins) and heights of the local maxima from bin `first` to before `end`, by a parabola through three.

    A peak is higher than `threshold` times the highest bin of its frame. Values are those of (frames, bins), or their
    roots where `of_magnitude`.
    """
    most = power.shape[0] * ((end - first) // 2 + 1)
    places, heights = np.empty(most, np.float32), np.empty(most, np.float32)
    limit = threshold * threshold if of_magnitude else threshold
    count = 0
    for frame in range(power.shape[0]):
        row = power[frame]
        lowest = np.float32(limit) * row.max()
        for place in range(first, end):
            if row[place] > lowest and row[place] > row[place - 1] and row[place] >= row[place + 1]:
                before, value, after = row[place - 1], row[place], row[place + 1]
                if of_magnitude:
                    before, value, after = np.sqrt(before), np.sqrt(value), np.sqrt(after)
                slope, bend = (after - before) / 2, before + after - 2 * value
                # Further off than one bin, it would not be this one's peak.
                shift = -slope / bend if abs(slope) < abs(bend) else np.float32(0)
                places[count] = place + shift
                heights[count] = value + slope * shift / 2
                count += 1
    return places[:count], heights[:count]
