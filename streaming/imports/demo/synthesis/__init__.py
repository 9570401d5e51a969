"""Sound from numbers: every function returns samples as float32, shape (samples,) mono or (2, samples) stereo."""

SAMPLE_RATE = 44_100
