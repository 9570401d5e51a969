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
from django.db import connection

from musicapp.environment import PROJECT
from recommender.features.audio import extract
from recommender.features.claims import held
from recommender.features.extraction import BATCH, Summary, extract_missing
from recommender.features.pool import extract_all
from recommender.features.quarantine import retry
from recommender.features.store import FeatureStoreUnavailable, feature_store
from recommender.models import TrackFeatures
from streaming.models import Folder, Track
from tests.recommender.features.sounds import noise, sine, write
from tests.services.mongo import MongoStandIn


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

    assert extract_missing(limit=100, processes=1).tracks == 6

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

    assert extract_missing(limit=100, processes=1).tracks == 0


def test_a_folder_out_of_reach_is_not_a_folder_of_files_that_are_gone(tmp_path, add):
    track = add("a.mp3")
    (tmp_path / "music").rename(tmp_path / "unmounted")
    assert extract_missing(processes=1).problems == {"folder out of reach": 1}
    assert problem(track).startswith(f"folder out of reach: {tmp_path / 'music'} ")
    track.refresh_from_db()
    assert track.is_playable
    (tmp_path / "unmounted").rename(tmp_path / "music")
    (tmp_path / "music" / "a.mp3").touch()
    retry(feature_store(), "fma", kind="folder out of reach")
    assert extract_missing(processes=1).problems == {"the file is empty": 1}


def test_the_limit_and_the_newest_first(tmp_path, add):
    (tmp_path / "music" / "empty.mp3").touch()
    (tmp_path / "music" / "empty.ogg").touch()
    older, newer = add("empty.mp3"), add("empty.ogg")
    assert extract_missing(limit=1, processes=2).tracks == 1
    assert problem(newer) == "the file is empty"
    assert extract_missing(limit=100, processes=2).tracks == 1
    assert problem(older) == "the file is empty"


def test_nothing_to_do(db):
    assert extract_missing(limit=10, processes=2).tracks == 0


@pytest.mark.parametrize("others", [1, 3])
def test_a_file_that_takes_for_ever_costs_no_other(tmp_path, add, others):
    """A pipe that nobody writes to, among files that are done at once."""
    os.mkfifo(tmp_path / "music" / "pipe.mp3")
    for number in range(others):
        (tmp_path / "music" / f"{number}.mp3").touch()
    quick = [add(f"{number}.mp3") for number in range(others)]
    endless = add("pipe.mp3")
    summary = extract_missing(processes=1, time_limit=3)
    assert problem(endless) == "takes too long: not analysed after 3 s"
    assert {problem(track) for track in quick} == {"the file is empty"}
    assert summary.problems == {"takes too long": 1, "the file is empty": others}
    endless.refresh_from_db()
    # Somebody may have a player that takes it.
    assert endless.is_playable
    assert not active_children()


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_tracks(tmp_path, artist):
    music = Folder.objects.create(path=str(tmp_path), origin=Folder.Origin.FOLDER)
    present = Track.AudioState.PRESENT
    for number in range(3 * BATCH):
        (tmp_path / f"{number}.mp3").touch()
        Track.objects.create(title="", artist=artist, folder=music, path=f"{number}.mp3", audio_state=present)
    summaries = []

    def work() -> None:
        summaries.append(extract_missing(processes=1))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(summary.tracks for summary in summaries) == 3 * BATCH
    assert TrackFeatures.objects.filter(problem="the file is empty").count() == 3 * BATCH
    assert not held().exists()


def test_a_store_that_goes_away_in_the_middle(tmp_path, add, settings, mongo):
    """What was done is there afterwards, no track counts as bad, and the next run goes on."""
    store = MongoStandIn(mongo.jars, tmp_path / "features.db")
    store.start()
    settings.FEATURE_STORE_URL = f"{store.url('fma')}?serverSelectionTimeoutMS=500"
    tracks = [add(write(tmp_path / "music" / f"{number}.wav", sine(220 + number, 2)).name) for number in range(5)]
    summary = Summary()
    with pytest.raises(FeatureStoreUnavailable):
        extract_missing(processes=1, summary=summary, on_track=lambda: summary.tracks == 2 and store.kill())
    assert (summary.analysed, summary.problems) == (2, {})
    assert not held().exists()
    assert not active_children()

    feature_store().close()
    store.start()
    # With the time that a store has to answer, which was cut short above.
    settings.FEATURE_STORE_URL = store.url("fma")
    try:
        assert sorted(feature_store().get("fma", [track.pk for track in tracks])) == [tracks[3].pk, tracks[4].pk]
        assert feature_store().problem_reasons("fma") == {}
        assert extract_missing(processes=1).analysed == 3
        assert feature_store().count("fma") == 5
    finally:
        feature_store().close()
        store.kill()


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
    found = [(key, str(error)[:40]) for key, error in extract_all(files.items(), count=1)]
    killer.join()
    m4a = "M4A (AAC in MP4) can be played, but not "
    assert sorted(found) == [(0, "the file is empty"), (1, m4a), (2, message), (3, m4a), (4, m4a), (5, m4a)]
    assert not active_children()


def test_processes_end_with_a_parent_that_was_killed(tmp_path):
    fifo = tmp_path / "a.mp3"
    os.mkfifo(fifo)
    code = "import sys; from pathlib import Path; from recommender.features.pool import extract_all; "
    code += "list(extract_all([(0, Path(sys.argv[1]))], count=1))"
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


def test_a_process_that_ends_starts_nothing_any_more():
    """A thread of a service that stops still asks for features, once the interpreter has begun to shut down."""
    code = """
import threading, time
from pathlib import Path
from recommender.features.pool import Stopping, extract_all

def late():
    threading.main_thread().join()
    time.sleep(0.5)
    try:
        list(extract_all([(0, Path("a.mp3"))], 1))
    except Stopping as reason:
        print("stopping:", reason, flush=True)

threading.Thread(target=late).start()
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert ended.stdout == "stopping: cannot schedule new futures after interpreter shutdown\n"
    assert ended.stderr == ""
