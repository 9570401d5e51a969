"""Real files, real processes."""

import os
import select
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from musicapp.environment import PROJECT
from recommender.features.audio import extract
from recommender.features.extraction import extract_missing
from recommender.features.pool import extract_all
from recommender.features.store import feature_store
from recommender.models import TrackFeatures
from streaming.models import Folder, Track
from tests.recommender.features.sounds import noise, sine, write


@pytest.fixture
def folder(tmp_path, db) -> Folder:
    (tmp_path / "music").mkdir()
    return Folder.objects.create(path=str(tmp_path / "music"), origin=Folder.Origin.FOLDER)


@pytest.fixture
def add(artist, folder):
    """Adds a playable track of a file in the folder."""

    def add(name: str) -> Track:
        present = Track.AudioState.PRESENT
        return Track.objects.create(title=name, artist=artist, folder=folder, path=name, audio_state=present)

    return add


def problem(track: Track) -> str:
    return TrackFeatures.objects.get(track=track, family="fma").problem


def test_a_bad_file_costs_one_file(tmp_path, add):
    music = tmp_path / "music"
    write(music / "a.flac", sine(440, 2))
    write(music / "b.ogg", noise(2))
    write(music / "silent.wav", 0 * noise(2))
    (music / "words.mp3").write_text("no sound at all\n" * 100)
    good = [add("a.flac"), add("b.ogg")]
    silent, words, gone, outside = add("silent.wav"), add("words.mp3"), add("gone.mp3"), add("../../outside.mp3")

    assert extract_missing(limit=100, processes=1) == 6

    found = feature_store().get("fma", Track.objects.values_list("pk", flat=True))
    assert sorted(found) == [track.pk for track in good]
    np.testing.assert_allclose(found[good[0].pk], extract(music / "a.flac"), rtol=1e-4, atol=1e-4)
    states = dict(Track.objects.values_list("title", "audio_state"))
    assert states == {
        "a.flac": "present",
        "b.ogg": "present",
        # It plays, and it plays silence.
        "silent.wav": "present",
        "words.mp3": "broken",
        "gone.mp3": "absent",
        "../../outside.mp3": "present",
    }
    assert problem(silent) == "silent: every sample is the same"
    assert problem(words).startswith("cannot be decoded")
    words.refresh_from_db()
    assert words.audio_problem == problem(words)
    assert "leads out of" in problem(outside)
    assert not TrackFeatures.objects.filter(track=gone).exists()

    assert extract_missing(limit=100, processes=1) == 0


def test_the_limit_and_the_newest_first(tmp_path, add):
    (tmp_path / "music" / "empty.mp3").touch()
    (tmp_path / "music" / "empty.ogg").touch()
    older, newer = add("empty.mp3"), add("empty.ogg")
    assert extract_missing(limit=1, processes=2) == 1
    assert problem(newer) == "the file is empty"
    assert extract_missing(limit=100, processes=2) == 1
    assert problem(older) == "the file is empty"


def test_nothing_to_do(db):
    assert extract_missing(limit=10, processes=2) == 0


def kill_reader(fifo: Path, *, then: bytes | None) -> None:
    """Kills the process that reads a named pipe, which blocks until there is one.

    `then` is what the file holds from there on; None leaves it a pipe.
    """
    writer = os.open(fifo, os.O_WRONLY)
    [process] = active_children()
    if then is not None:
        fifo.unlink()
        fifo.write_bytes(then)
    process.kill()
    process.join()
    os.close(writer)


@pytest.mark.parametrize(
    ("later", "message"),
    [([None, None], "the process that analysed it died, twice"), ([b""], "the file is empty")],
    ids=["for good", "once"],
)
def test_a_process_that_dies_costs_no_other_file(tmp_path, later, message):
    """A process is killed while it reads the third of six files: that one is tried again, alone."""
    files = {key: tmp_path / f"{key}.mp3" for key in range(6)}
    for key, path in files.items():
        path.write_bytes(b"\0\0\0\0ftyp" if key else b"")
    files[2].unlink()
    os.mkfifo(files[2])
    killer = Thread(target=lambda: [kill_reader(files[2], then=then) for then in later], daemon=True)
    killer.start()
    found = [(key, str(error)[:40]) for key, error in extract_all(files, count=1)]
    killer.join()
    m4a = "M4A (AAC in MP4) can be played, but not "
    assert sorted(found) == [(0, "the file is empty"), (1, m4a), (2, message), (3, m4a), (4, m4a), (5, m4a)]
    assert not active_children()


def test_processes_end_with_a_parent_that_was_killed(tmp_path):
    fifo = tmp_path / "a.mp3"
    os.mkfifo(fifo)
    code = "import sys; from pathlib import Path; from recommender.features.pool import extract_all; "
    code += "list(extract_all({0: Path(sys.argv[1])}, count=1))"
    parent = subprocess.Popen([sys.executable, "-c", code, fifo], cwd=PROJECT)
    # Blocks until a process reads.
    writer = os.open(fifo, os.O_WRONLY)
    parent.kill()
    parent.wait()
    readers = select.poll()
    readers.register(writer, 0)
    # An error of the pipe: nobody reads it any more.
    assert readers.poll(30_000) == [(writer, select.POLLERR)]
    os.close(writer)
