"""What the headers promise, against what ffmpeg encodes and decodes."""

import json
import subprocess

import numpy as np
import pytest

from streaming.transcoding.forms import FORMATS
from tests.streaming.transcoding.recordings import RATE, click, decoded, needs_ffmpeg, whole

pytestmark = needs_ffmpeg
BURST_AT = RATE


@pytest.fixture
def made(tmp_path):
    """Makes a recording of so many samples with a burst in it; gives the path of what it became."""

    def make(format: str, samples: int, bit_rate: int = 96):
        source = click(tmp_path / f"{samples}.wav", samples, BURST_AT)
        path = tmp_path / f"made{FORMATS[format].suffix}"
        path.write_bytes(whole(source, format, bit_rate))
        return path

    return make


def described(path) -> dict:
    entries = "stream=codec_name,duration,bit_rate,sample_rate,channels"
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"][0]


# Around the ends of packets of 960 and 1152 samples, with the samples that the encoders put before the first.
@pytest.mark.parametrize("samples", [96_000, 2 * RATE + 647, 2 * RATE + 648, 2 * RATE + 649, 100_225])
@pytest.mark.parametrize("format", ["opus", "mp3"])
def test_it_is_as_long_as_was_said_to_the_byte_and_what_is_heard_to_the_sample(made, format, samples):
    path = made(format, samples)
    assert path.stat().st_size == FORMATS[format].size(samples, 96)
    # The decoder cuts off what the encoder put around MP3; of Opus it plays the last packet to its end.
    most = 0 if format == "mp3" else 959
    assert samples <= len(decoded(path)) <= samples + most


@pytest.mark.parametrize("format", ["opus", "mp3"])
def test_what_is_heard_is_where_it_was(made, format):
    sound = np.abs(decoded(made(format, 2 * RATE))[:, 0])
    # Both encoders blur a sudden beginning over a few milliseconds.
    assert np.argmax(sound > 0.4) == pytest.approx(BURST_AT, abs=150)


@pytest.mark.parametrize(("format", "codec"), [("opus", "opus"), ("mp3", "mp3")])
@pytest.mark.parametrize("bit_rate", [48, 64, 256])
def test_a_reader_finds_format_length_and_bit_rate(made, format, codec, bit_rate):
    found = described(made(format, 3 * RATE, bit_rate))
    assert (found["codec_name"], found["sample_rate"], found["channels"]) == (codec, "48000", 2)
    # An MP3's length counts in frames of 24 ms.
    assert float(found["duration"]) == pytest.approx(3, abs=0.05)
    assert int(found["bit_rate"]) == pytest.approx(1000 * bit_rate, rel=0.02)


@pytest.mark.parametrize("packing", FORMATS.values())
def test_a_header_has_one_length_and_packets_can_be_counted_back(packing):
    assert len({len(packing.header(samples, rate)) for samples in (0, 1, 10**9) for rate in (48, 256)}) == 1
    assert [packing.packets(packing.samples(count)) for count in (2, 3, 1000)] == [2, 3, 1000]
