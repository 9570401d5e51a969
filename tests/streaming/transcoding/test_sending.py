"""What a browser gets that asks for another format."""

import httpx
import pytest
from django.core.asgi import get_asgi_application
from django.urls import reverse

from streaming.models import Folder, Track
from streaming.transcoding import Form, folder
from streaming.transcoding.rendition import Rendition
from tests.serving import served
from tests.streaming.transcoding.recordings import click, long_tone, needs_ffmpeg
from tests.streaming.transcoding.test_making import wait_until

OPUS = "?format=opus&bitrate=96"


def with_file(track: Track, path) -> str:
    """The address of the track's audio, which is that file."""
    track.folder = Folder.objects.create(path=str(path.parent), origin=Folder.Origin.FOLDER)
    track.path, track.audio_state = path.name, Track.AudioState.PRESENT
    track.save()
    return reverse("audio", args=[track.pk])


@pytest.fixture
def song(tmp_path):
    return click(tmp_path / "song.wav", 3 * 48_000, 48_000)


@pytest.fixture
def url(db, song, track) -> str:
    return with_file(track, song)


def kept(song):
    return Rendition.of(song, Form("opus", 96)).kept


@needs_ffmpeg
def test_it_can_be_sought_in_from_the_first_request(client, url, song):
    part = client.get(url + OPUS, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part["Content-Type"]) == (206, "audio/mp4")
    found = b"".join(part.streaming_content)
    whole = b"".join(client.get(url + OPUS).streaming_content)
    assert found == whole[1000:2000]
    assert part["Content-Range"] == f"bytes 1000-1999/{len(whole)}"
    wait_until(kept(song).exists)
    later = client.get(url + OPUS)
    # For who has a part of it, it is still the same.
    assert (later["ETag"], later["Last-Modified"]) == (part["ETag"], part["Last-Modified"])
    assert b"".join(later.streaming_content) == whole


@needs_ffmpeg
def test_its_length_is_had_before_anything_is_made(client, url):
    head = client.head(url + OPUS)
    assert int(head["Content-Length"]) > 3 * 96_000 / 8
    beyond = client.get(url + OPUS, headers={"Range": "bytes=9999999-"})
    assert beyond.status_code == 416
    assert client.get(url + OPUS, headers={"If-None-Match": head["ETag"]}).status_code == 304
    assert not folder().exists()


@needs_ffmpeg
def test_nginx_sends_what_is_whole_and_the_service_what_grows(client, url, song, settings):
    settings.AUDIO_ACCEL = "/files/"
    growing = client.get(url + OPUS)
    assert "X-Accel-Redirect" not in growing
    content = b"".join(growing.streaming_content)
    wait_until(kept(song).exists)
    assert client.get(url + OPUS)["X-Accel-Redirect"] == f"/files{kept(song)}"
    # What nginx makes of the file's time and size: https://nginx.org/en/docs/http/ngx_http_core_module.html#etag
    stat = kept(song).stat()
    assert (stat.st_size, growing["ETag"]) == (len(content), f'"{int(stat.st_mtime):x}-{stat.st_size:x}"')


@needs_ffmpeg
@pytest.mark.django_db(transaction=True)
def test_the_first_bytes_arrive_while_the_rest_is_made_and_who_goes_away_stops_nothing(tmp_path, track):
    long_one = long_tone(tmp_path / "long.flac", 1200)
    path = with_file(track, long_one)
    with served(get_asgi_application()) as server:
        with httpx.stream("GET", server + path + OPUS, timeout=60) as response:
            assert b"ftyp" in next(response.iter_raw())
            assert not kept(long_one).exists()
        last = httpx.get(server + path + OPUS, headers={"Range": "bytes=-100"}, timeout=60)
        assert (last.status_code, len(last.content)) == (206, 100)
        wait_until(kept(long_one).exists)
        assert httpx.get(server + path + OPUS, timeout=60).content[-100:] == last.content


@needs_ffmpeg
def test_what_is_no_audio_is_answered_with_the_reason(client, db, tmp_path, track):
    (tmp_path / "text.mp3").write_text("no music")
    response = client.get(with_file(track, tmp_path / "text.mp3") + OPUS)
    assert (response.status_code, response.content[:35]) == (404, b"It holds no audio that can be read:")


@pytest.mark.django_db
def test_without_ffmpeg_it_is_the_original_that_is_sent(client, url, song, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    response = client.get(url + OPUS)
    assert response["Content-Type"] == "audio/wav"
    assert b"".join(response.streaming_content) == song.read_bytes()
    assert "quality" not in client.get("/login/").content.decode()


@pytest.mark.django_db
def test_a_form_that_is_none_is_refused(client, url):
    response = client.get(f"{url}?format=opus&bitrate=1000")
    assert (response.status_code, response.content[:25]) == (400, b"'1000' is no bit rate; on")
