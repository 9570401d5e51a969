import numpy as np
import pytest

from streaming.waveforms import FULL, PIECES, Outline


@pytest.mark.parametrize("block", [1000, 999, 51_200])
def test_each_piece_is_as_high_as_its_highest_sample(block):
    """The second half is half as high as the first, on one channel of two, wherever the blocks end."""
    heights = np.repeat([0.5, 0.25], 25_600)
    sound = np.column_stack([np.zeros(51_200), -heights])
    outline = Outline(len(sound))
    for start in range(0, len(sound), block):
        outline.add(sound[start : start + block])
    assert outline.peak == 0.5
    assert outline.waveform() == bytes([FULL] * (PIECES // 2) + [128] * (PIECES // 2))


def test_silence_is_flat():
    outline = Outline(100)
    outline.add(np.zeros((100, 1)))
    assert outline.waveform() == bytes(PIECES)


def test_a_recording_of_fewer_samples_than_pieces_has_gaps_and_no_error():
    outline = Outline(3)
    outline.add(np.ones((3, 1)))
    assert sorted(outline.waveform())[-3:] == [FULL] * 3
