import pytest

from streaming.transcoding.forms import TranscodingError
from streaming.transcoding.length import samples
from tests.streaming.transcoding.recordings import RATE, click, ffmpeg, needs_ffmpeg

SECONDS = 12
# A burst in silence makes the variable bit rate of the beginning say nothing of the rest.
VARIABLE = ("-c:a", "libmp3lame", "-q:a", "2")


@pytest.fixture
def recording(tmp_path):
    return click(tmp_path / "source.wav", SECONDS * RATE, 6 * RATE)


def test_what_says_it_in_its_header(recording):
    assert samples(recording, "1") == SECONDS * RATE


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "options", "most_missing"),
    [
        ("a.flac", (), 0),
        ("a.ogg", ("-c:a", "libvorbis"), 0),
        ("a.opus", ("-c:a", "libopus"), 0),
        ("a.mp3", VARIABLE, 0),
        # Without a header a frame is the unit, and what the encoder put around counts too.
        ("bare.mp3", (*VARIABLE, "-write_xing", "0"), 2 * 1152 + 1105),
        ("a.m4a", ("-c:a", "aac"), 2 * 1024),
        ("half.flac", ("-ar", "24000"), 0),
    ],
)
def test_every_kind_of_file_says_how_long_it_is(recording, tmp_path, name, options, most_missing):
    ffmpeg("-i", recording, *options, tmp_path / name)
    assert 0 <= samples(tmp_path / name, "1") - SECONDS * RATE <= most_missing


@pytest.mark.parametrize("name", ["text.mp3", "text.wav", "text.m4a"])
def test_what_is_no_audio_is_said_to_be_none(tmp_path, name):
    (tmp_path / name).write_text("no music at all")
    with pytest.raises(TranscodingError, match="It holds no audio that can be read"):
        samples(tmp_path / name, "1")
