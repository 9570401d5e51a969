"""What is kept stays within its limit, and what a killed process left goes."""

import os
from pathlib import Path

import pytest

from streaming import transcoding
from streaming.transcoding import Form, FormError
from streaming.transcoding.kept import locked, making_folder
from streaming.transcoding.rendition import Rendition
from tests.streaming.transcoding.recordings import click, needs_ffmpeg, whole
from tests.streaming.transcoding.test_making import wait_until


@pytest.fixture
def song(tmp_path):
    return click(tmp_path / "song.wav", 2 * 48_000, 48_000)


def made(song: Path, bit_rate: int) -> Path:
    whole(song, "mp3", bit_rate)
    kept = Rendition.of(song, Form("mp3", bit_rate)).kept
    wait_until(kept.exists)
    return kept


@needs_ffmpeg
def test_what_was_used_longest_ago_goes_first(song):
    old, used, new = (made(song, rate) for rate in (64, 96, 128))
    for age, file in ((300, old), (200, used), (100, new)):
        os.utime(file, (file.stat().st_mtime - age, file.stat().st_mtime))
    transcoding.evict(used.stat().st_size + new.stat().st_size)
    assert [file.exists() for file in (old, used, new)] == [False, True, True]
    whole(song, "mp3", 96)
    transcoding.evict(used.stat().st_size)
    assert [file.exists() for file in (used, new)] == [True, False]


@needs_ffmpeg
def test_even_what_no_room_is_left_for_is_sent(song, settings):
    settings.TRANSCODING_CACHE_MB = 0
    assert whole(song, "opus", 48)[4:8] == b"ftyp"
    wait_until(lambda: [path for path in transcoding.folder().iterdir() if path.is_file()] == [])


def test_what_a_killed_process_left_goes_and_what_is_being_made_stays():
    making_folder().mkdir(parents=True)
    left, at_work = making_folder() / "left-96.m4a", making_folder() / "at-work-96.m4a"
    for path in (left, at_work):
        path.write_bytes(b"half")
    left.with_name("left-96.m4a.lock").touch()
    with locked(at_work.with_name("at-work-96.m4a.lock")):
        transcoding.evict(10**9)
        assert sorted(path.name for path in making_folder().iterdir()) == ["at-work-96.m4a", "at-work-96.m4a.lock"]


@pytest.mark.parametrize(
    ("format", "bit_rate", "message"),
    [
        ("flac", "96", "'flac' is no format; one of opus, mp3 is"),
        ("opus", "97", "'97' is no bit rate; one of 48, 64, "),
    ],
)
def test_what_is_no_form_is_named(format, bit_rate, message):
    with pytest.raises(FormError, match=message):
        Form.parse(format, bit_rate)
