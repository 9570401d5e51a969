"""Audio delivery against RFC 9110: what is sent is compared with the file, byte for byte."""

import os
import random
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.core.asgi import get_asgi_application
from django.db import connection
from django.urls import reverse

from streaming.models import Folder, Track
from streaming.request_id import HEADER
from tests.serving import served

SIZE = 100_003
CONTENT = random.Random(9110).randbytes(SIZE)
MODIFIED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
MODIFIED_HTTP = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.fixture
def folder(db, tmp_path) -> Folder:
    path = tmp_path / "music"
    path.mkdir()
    return Folder.objects.create(path=str(path), origin=Folder.Origin.FOLDER)


@pytest.fixture
def audio_track(track, folder) -> Track:
    return with_file(track, folder, "song.mp3", CONTENT)


@pytest.fixture
def url(audio_track) -> str:
    return reverse("audio", args=[audio_track.pk])


@pytest.fixture
def address(transactional_db, url) -> str:
    """The track's address on a real server."""
    with served(get_asgi_application()) as server:
        yield server + url


def with_file(track: Track, folder: Folder, name: str, content: bytes) -> Track:
    path = Path(folder.path) / name
    path.write_bytes(content)
    os.utime(path, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    track.folder, track.path, track.audio_state = folder, name, Track.AudioState.PRESENT
    track.save()
    return track


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def open_handles(path: Path) -> int:
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("open files are counted in /proc, which this system has not")
    return sum(1 for fd in handles.iterdir() if fd.is_symlink() and os.path.realpath(fd) == str(path))


def test_the_whole_file(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Length"] == str(SIZE)
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Last-Modified"] == MODIFIED_HTTP
    assert re.fullmatch(r'"[!-~]+"', response["ETag"])
    assert "private" in response["Cache-Control"]
    assert "Content-Range" not in response


# first, last: the bytes that RFC 9110, 14.1.2, says the range stands for in a file of 100,003 bytes.
RANGES = [
    ("bytes=0-0", 0, 0),
    ("bytes=0-499", 0, 499),
    ("bytes=500-999", 500, 999),
    ("bytes=99999-", 99_999, 100_002),
    ("bytes=100002-", 100_002, 100_002),
    ("bytes=0-", 0, 100_002),
    ("bytes=100000-999999", 100_000, 100_002),
    ("bytes=-1", 100_002, 100_002),
    ("bytes=-500", 99_503, 100_002),
    ("bytes=-100003", 0, 100_002),
    ("bytes=-99999999999999999999", 0, 100_002),
    ("Bytes=7-8", 7, 8),
]


@pytest.mark.parametrize(("asked", "first", "last"), RANGES)
def test_one_range(client, url, asked, first, last):
    response = client.get(url, headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=100003-", "bytes=100003-100010", "bytes=-0", "bytes=99999999999999999999-"])
def test_a_range_beyond_the_end(client, url, asked):
    response = client.get(url, headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response["Accept-Ranges"] == "bytes"
    assert str(SIZE) in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-9,20-29",
        "bytes=9-0",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=0x0-0x9",
        "bytes = 0-9",
        "seconds=0-9",
        "0-9",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_several_and_malformed_ranges_are_ignored(client, url, asked):
    response = client.get(url, headers={"Range": asked})
    assert (response.status_code, body(response)) == (200, CONTENT)


@pytest.mark.parametrize("asked", [None, "bytes=0-9", "bytes=-5", "bytes=100003-"])
def test_head_has_the_header_of_get_and_no_body(client, url, asked):
    headers = {"Range": asked} if asked else {}
    got, head = client.get(url, headers=headers), client.head(url, headers=headers)
    body(got)
    assert head.status_code == got.status_code
    # Each request has an id of its own.
    assert {**head.headers, HEADER: ""} == {**got.headers, HEADER: ""}
    assert head.content == b""


def test_if_range_with_this_files_validators_gives_the_part(client, url):
    etag = client.head(url)["ETag"]
    for validator in (etag, MODIFIED_HTTP):
        response = client.get(url, headers={"Range": "bytes=0-9", "If-Range": validator})
        assert (response.status_code, body(response)) == (206, CONTENT[:10])


@pytest.mark.parametrize(
    "validator", ['"another"', "W/{etag}", "Sun, 01 Mar 2026 12:00:01 GMT", "Sun, 01 Mar 2026 11:59:59 GMT", "nonsense"]
)
def test_if_range_with_anything_else_gives_the_whole(client, url, validator):
    validator = validator.format(etag=client.head(url)["ETag"])
    response = client.get(url, headers={"Range": "bytes=0-9", "If-Range": validator})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_what_the_client_has_is_not_sent_again(client, url):
    etag = client.head(url)["ETag"]
    for condition in ({"If-None-Match": etag}, {"If-None-Match": "*"}, {"If-Modified-Since": MODIFIED_HTTP}):
        response = client.get(url, headers=condition | {"Range": "bytes=0-9"})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == etag
    other = client.get(url, headers={"If-None-Match": '"another"', "If-Modified-Since": MODIFIED_HTTP})
    assert (other.status_code, body(other)) == (200, CONTENT)  # If-None-Match goes before (13.2.2)


def test_a_condition_that_fails(client, url):
    assert client.get(url, headers={"If-Match": '"another"'}).status_code == 412


def test_a_changed_file_has_another_etag(client, url, audio_track):
    before = client.head(url)["ETag"]
    path = audio_track.audio_file()
    path.write_bytes(CONTENT[::-1])
    os.utime(path, ns=(0, int(MODIFIED.timestamp()) * 10**9 + 1))  # the same size and second
    assert client.head(url)["ETag"] != before


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.MP3", "audio/mpeg"),
        ("a.flac", "audio/flac"),
        ("a.ogg", "audio/ogg"),
        ("a.opus", "audio/ogg"),
        ("a.m4a", "audio/mp4"),
        ("a.wav", "audio/wav"),
    ],
)
def test_content_types(client, track, folder, name, content_type):
    with_file(track, folder, name, b"x")
    assert client.head(reverse("audio", args=[track.pk]))["Content-Type"] == content_type


def test_an_empty_file_has_no_range(client, track, folder):
    with_file(track, folder, "empty.mp3", b"")
    response = client.get(reverse("audio", args=[track.pk]), headers={"Range": "bytes=0-"})
    assert (response.status_code, body(response), response["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize(("state", "reason"), [("absent", "no audio here"), ("broken", "cannot be decoded")])
def test_absent_and_broken_audio(client, url, audio_track, state, reason):
    Track.objects.filter(pk=audio_track.pk).update(audio_state=state)
    response = client.get(url)
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert reason in response.content.decode()


@pytest.mark.parametrize("pk", [0, 10**30])
def test_an_unknown_track(client, db, pk):
    response = client.get(reverse("audio", args=[pk]))
    assert (response.status_code, response.content.decode()) == (404, f"There is no track {pk}.\n")


def test_a_file_that_vanished_is_logged(client, url, audio_track, caplog):
    audio_track.audio_file().unlink()
    response = client.get(url)
    assert response.status_code == 404
    assert "gone" in response.content.decode()
    assert f"track {audio_track.pk}" in caplog.text


@pytest.mark.parametrize("path", ["../secret.mp3", "linked.mp3", "{outside}", "circle.mp3", "nul\0.mp3", "dir.mp3"])
def test_nothing_outside_the_folder_is_reached(client, url, audio_track, folder, tmp_path, path):
    if "\0" in path and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps no text with a NUL")
    outside = tmp_path / "secret.mp3"
    outside.write_bytes(b"secret")
    root = Path(folder.path)
    (root / "linked.mp3").symlink_to(outside)
    (root / "circle.mp3").symlink_to("circle.mp3")
    (root / "dir.mp3").mkdir()
    Track.objects.filter(pk=audio_track.pk).update(path=path.format(outside=outside))
    response = client.get(url)
    assert response.status_code == 404
    assert b"secret" not in response.content


def test_a_file_that_is_no_audio_is_not_served(client, track, folder):
    with_file(track, folder, "notes.txt", b"private")
    assert client.get(reverse("audio", args=[track.pk])).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods(client, url, method):
    response = getattr(client, method)(url)
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}


def test_what_is_not_read_to_the_end_is_closed(client, url, audio_track):
    response = client.get(url)
    next(iter(response.streaming_content))
    assert open_handles(audio_track.audio_file()) == 1
    response.close()
    assert open_handles(audio_track.audio_file()) == 0


async def test_asgi_streams_asynchronously(async_client, transactional_db, audio_track):
    url = reverse("audio", args=[audio_track.pk])
    response = await async_client.get(url, headers={"Range": "bytes=10-70000"})
    assert response.status_code == 206
    assert response.is_async
    assert b"".join([block async for block in response.streaming_content]) == CONTENT[10:70_001]
    response.close()


def test_many_ranges_over_a_socket(address):
    chance = random.Random(3)
    with httpx.Client() as browser:
        for _ in range(150):
            first, last = sorted(chance.randrange(SIZE) for _ in range(2))
            response = browser.get(address, headers={"Range": f"bytes={first}-{last}"})
            assert response.status_code == 206
            assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
            assert response.content == CONTENT[first : last + 1]
            suffix = chance.randrange(1, SIZE)
            response = browser.get(address, headers={"Range": f"bytes=-{suffix}"})
            assert response.content == CONTENT[-suffix:]


def test_conditions_and_head_over_a_socket(address):
    with httpx.Client() as browser:
        head = browser.head(address, headers={"Range": "bytes=5-9"})
        assert (head.status_code, head.headers["Content-Length"], head.content) == (206, "5", b"")
        assert browser.get(address, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304
        beyond = browser.get(address, headers={"Range": f"bytes={SIZE}-"})
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_parallel_readers_get_the_same_bytes(address, folder, audio_track):
    long = CONTENT * 40  # several blocks
    with_file(audio_track, folder, "song.mp3", long)

    def read(first: int) -> bool:
        return httpx.get(address, headers={"Range": f"bytes={first}-"}).content == long[first:]

    with ThreadPoolExecutor(8) as readers:
        assert all(readers.map(read, range(0, 800_000, 50_000)))


def test_a_client_that_goes_away_leaves_no_open_file(address, folder, audio_track):
    with_file(audio_track, folder, "song.mp3", bytes(32_000_000))  # more than the sockets' buffers hold
    path = audio_track.audio_file()
    target = httpx.URL(address)
    for _ in range(5):
        with socket.create_connection((target.host, target.port)) as connection:
            connection.sendall(f"GET {target.path} HTTP/1.1\r\nHost: {target.host}\r\n\r\n".encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
            assert open_handles(path) == 1
        deadline = time.monotonic() + 10
        while open_handles(path) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert open_handles(path) == 0


def test_nginx_is_told_which_file_to_send(client, settings, track, folder):
    settings.AUDIO_ACCEL = "/files/"
    with_file(track, folder, "löwe & 100 %.mp3", CONTENT)
    response = client.get(reverse("audio", args=[track.pk]), headers={"Range": "bytes=0-9"})
    assert (response.status_code, body(response)) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/files{folder.path}/l%C3%B6we%20%26%20100%20%25.mp3"
    assert response["Content-Type"] == "audio/mpeg"
    assert open_handles(Path(folder.path) / "löwe & 100 %.mp3") == 0
    (Path(folder.path) / "löwe & 100 %.mp3").unlink()
    gone = client.get(reverse("audio", args=[track.pk]))
    assert gone.status_code == 404
    assert "X-Accel-Redirect" not in gone
