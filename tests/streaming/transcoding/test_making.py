"""One ffmpeg for all who read, wherever they are; and what becomes of it when they or it go away."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import mutagen
import pytest

from streaming import transcoding
from streaming.transcoding import Form, TranscodingError, making, open_transcoded
from streaming.transcoding.kept import making_folder
from streaming.transcoding.rendition import Rendition
from tests.streaming.transcoding.recordings import PATIENCE, click, ffmpeg, long_tone, needs_ffmpeg, read, whole

pytestmark = needs_ffmpeg
OPUS = Form("opus", 96)
LONG_S = 1200
# Reads a file as another process of the service does: `python -c READER VAR_DIR FILE BYTES`.
READER = """
import sys
from pathlib import Path
import django
from django.conf import settings

settings.configure(VAR_DIR=Path(sys.argv[1]), TRANSCODING_CACHE_MB=100)
from streaming.transcoding import Form, open_transcoded
from tests.streaming.transcoding.recordings import read

opened = open_transcoded(Path(sys.argv[2]), Form("opus", 96))
sys.stdout.buffer.write(read(opened.file, int(sys.argv[3])))
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def song(tmp_path):
    return click(tmp_path / "song.wav", 3 * 48_000, 48_000)


@pytest.fixture
def long_one(tmp_path):
    return long_tone(tmp_path / "long.flac", LONG_S)


@pytest.fixture
def other_process(state, long_one):
    processes = []

    def start(count: int) -> subprocess.Popen:
        command = [sys.executable, "-c", READER, str(state), str(long_one), str(count)]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kept() -> list:
    return [path for path in transcoding.folder().glob("*") if path.is_file()]


def left_behind() -> list[str]:
    return [path.name for path in making_folder().iterdir() if not path.name.startswith("place-")]


def test_the_first_bytes_come_before_the_last_are_made(long_one):
    opened = open_transcoded(long_one, OPUS)
    assert not opened.is_whole
    beginning = read(opened.file, 20_000)
    assert beginning[4:8] == b"ftyp" and kept() == []
    # And the last ones, for a listener who goes there at once, as soon as they are.
    opened.file.seek(opened.size - 100)
    assert len(read(opened.file, 100)) == 100
    opened.file.close()
    wait_until(kept)
    assert kept()[0].read_bytes()[:20_000] == beginning


def test_to_say_how_long_it_will_be_nothing_is_made(long_one, state):
    opened = open_transcoded(long_one, OPUS)
    opened.file.close()
    assert opened.size > LONG_S * 96_000 / 8
    assert not state.exists()


def test_those_who_ask_at_once_get_the_same_and_the_second_time_it_is_there(song):
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: whole(song, "opus", 64), range(4)))
    assert len(found) == 1
    wait_until(kept)
    [file] = kept()
    opened = open_transcoded(song, Form("opus", 64))
    assert opened.is_whole and opened.file.read() in found
    opened.file.close()
    assert left_behind() == []
    # Another file under the old name is another recording.
    click(song, 48_000, 0)
    assert whole(song, "opus", 64) not in found


def test_two_processes_read_one_file(long_one, other_process):
    one = other_process(20_000)
    beginning = one.stdout.read(20_000)
    making_at = making_folder() / Rendition.of(long_one, OPUS).name
    inode = making_at.stat().st_ino
    opened = open_transcoded(long_one, OPUS)
    assert read(opened.file, opened.size)[:20_000] == beginning
    opened.file.close()
    wait_until(kept)
    assert [file.stat().st_ino for file in kept()] == [inode]


def test_when_the_process_that_makes_it_is_killed_another_makes_it(long_one, other_process):
    one = other_process(20_000)
    beginning = one.stdout.read(20_000)
    opened = open_transcoded(long_one, OPUS)
    assert read(opened.file, 10_000) == beginning[:10_000]
    one.kill()
    one.wait()
    assert 10_000 + len(read(opened.file, opened.size - 10_000)) == opened.size
    opened.file.close()
    wait_until(kept)
    wait_until(lambda: left_behind() == [])


def test_what_nobody_reads_any_more_is_given_up(long_one, monkeypatch):
    monkeypatch.setattr(making, "GRACE", 0.1)
    opened = open_transcoded(long_one, OPUS)
    read(opened.file, 1000)
    opened.file.close()
    wait_until(lambda: left_behind() == [])
    assert kept() == []
    # It is begun anew for whoever comes back.
    opened = open_transcoded(long_one, OPUS)
    assert len(read(opened.file, 1000)) == 1000
    opened.file.close()
    wait_until(lambda: left_behind() == [])


def test_what_ends_sooner_than_it_says_is_an_error_once_and_then_as_long_as_it_is(tmp_path):
    source = click(tmp_path / "source.wav", 30 * 48_000, 0)
    ffmpeg("-i", source, "-b:a", "128k", tmp_path / "cut.mp3")
    path = tmp_path / "cut.mp3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    opened = open_transcoded(path, OPUS)
    with pytest.raises(TranscodingError, match="cut.mp3 ends sooner than it says"):
        read(opened.file, opened.size)
    opened.file.close()
    again = open_transcoded(path, OPUS)
    again.file.close()
    [file] = kept()
    assert again.is_whole and file.stat().st_size == again.size
    # A third, and the second of silence that may stand for what a recording lacks.
    assert mutagen.File(file).info.length == pytest.approx(11, abs=0.2)


def test_what_cannot_be_decoded_is_said_and_not_tried_again_at_once(tmp_path, song):
    path = tmp_path / "broken.m4a"
    ffmpeg("-i", song, "-c:a", "aac", "-movflags", "faststart", path)
    content = path.read_bytes()
    at = content.index(b"mdat") + 4
    path.write_bytes(content[:at] + b"\xff" * (len(content) - at))
    opened = open_transcoded(path, OPUS)
    with pytest.raises(TranscodingError, match="This cannot be had as opus: "):
        read(opened.file, opened.size)
    opened.file.close()
    with pytest.raises(TranscodingError, match="This cannot be had as opus: "):
        open_transcoded(path, OPUS)
    assert kept() == []
