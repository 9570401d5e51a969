"""Audio in other formats: what comes out is decoded and looked at; what is kept stays within its limit."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mutagen
import pytest
from django.urls import reverse

from streaming import transcoding
from streaming.models import Folder, Track
from streaming.transcoding import Form, FormError, TranscodingError, open_transcoded
from tests.service import write_tones

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg is installed")
SECONDS = 3.0


@pytest.fixture
def tone(tmp_path) -> Path:
    write_tones(tmp_path / "music", ["tone"], seconds=SECONDS)
    return tmp_path / "music" / "tone.wav"


@pytest.fixture
def url(tone, track) -> str:
    track.folder = Folder.objects.create(path=str(tone.parent), origin=Folder.Origin.FOLDER)
    track.path, track.audio_state = tone.name, Track.AudioState.PRESENT
    track.save()
    return reverse("audio", args=[track.pk])


def made(path: Path, format: str, bit_rate: int) -> Path:
    with open_transcoded(path, Form(format, bit_rate)) as file:
        return Path(file.name)


@needs_ffmpeg
@pytest.mark.parametrize(("format", "kind"), [("opus", "OggOpus"), ("mp3", "MP3")])
def test_it_is_of_that_format_and_of_the_same_length(tone, format, kind):
    audio = mutagen.File(made(tone, format, 96))
    assert type(audio).__name__ == kind
    assert audio.info.length == pytest.approx(SECONDS, abs=0.1)


@needs_ffmpeg
def test_a_bit_rate_is_kept_to(tone):
    assert mutagen.File(made(tone, "mp3", 64)).info.bitrate == pytest.approx(64_000, rel=0.001)


@needs_ffmpeg
def test_the_second_time_it_is_there_and_those_who_ask_at_once_get_the_same(tone):
    with ThreadPoolExecutor(4) as threads:
        files = set(threads.map(lambda _: made(tone, "opus", 64), range(4)))
    [file] = files
    first = file.stat().st_mtime_ns
    assert made(tone, "opus", 64) == file and file.stat().st_mtime_ns == first
    # Another file under the old name is another recording.
    write_tones(tone.parent, ["tone"], seconds=1.0)
    assert made(tone, "opus", 64) != file


@needs_ffmpeg
def test_what_was_used_longest_ago_goes_first(tone, settings):
    old, used, new = (made(tone, "mp3", rate) for rate in (64, 96, 128))
    for age, file in ((300, old), (200, used), (100, new)):
        os.utime(file, (file.stat().st_mtime - age, file.stat().st_mtime))
    transcoding.evict(used.stat().st_size + new.stat().st_size)
    assert [file.exists() for file in (old, used, new)] == [False, True, True]
    made(tone, "mp3", 96)
    transcoding.evict(used.stat().st_size)
    assert [file.exists() for file in (used, new)] == [True, False]
    # Even what no room is left for is sent, once.
    settings.TRANSCODING_CACHE_MB = 0
    with open_transcoded(tone, Form("opus", 48)) as file:
        assert file.read(4) == b"OggS"
    assert list(transcoding.folder().iterdir()) == []


@needs_ffmpeg
def test_what_is_no_audio_leaves_nothing_behind(tmp_path):
    path = tmp_path / "text.mp3"
    path.write_text("no music")
    with pytest.raises(TranscodingError, match="cannot be had as opus"):
        open_transcoded(path, Form("opus", 96))
    assert list(transcoding.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("format", "bit_rate", "message"),
    [("flac", "96", "'flac' is no format; opus or mp3 is"), ("opus", "97", "'97' is no bit rate; one of 48, 64, ")],
)
def test_what_is_no_form_is_named(format, bit_rate, message):
    with pytest.raises(FormError, match=message):
        Form.parse(format, bit_rate)


@needs_ffmpeg
@pytest.mark.django_db
def test_it_can_be_sought_in_from_the_first_request(client, url):
    part = client.get(f"{url}?format=opus&bitrate=96", headers={"Range": "bytes=1000-1999"})
    whole = b"".join(client.get(f"{url}?format=opus&bitrate=96").streaming_content)
    assert (part.status_code, part["Content-Type"]) == (206, "audio/ogg")
    assert part["Content-Range"] == f"bytes 1000-1999/{len(whole)}"
    assert b"".join(part.streaming_content) == whole[1000:2000]


@pytest.mark.django_db
def test_without_ffmpeg_it_is_the_original_that_is_sent(client, url, tone, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    response = client.get(f"{url}?format=opus&bitrate=96")
    assert response["Content-Type"] == "audio/wav"
    assert b"".join(response.streaming_content) == tone.read_bytes()
    assert "quality" not in client.get("/login/").content.decode()


@pytest.mark.django_db
def test_a_form_that_is_none_is_refused(client, url):
    response = client.get(f"{url}?format=opus&bitrate=1000")
    assert (response.status_code, response.content[:25]) == (400, b"'1000' is no bit rate; on")
