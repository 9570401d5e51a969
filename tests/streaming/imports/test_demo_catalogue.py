"""The demo's rows and files: all there at once, the same twice, going on where a killed fill was."""

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import mutagen
import pytest
import soundfile

from streaming.imports.demo import catalogue, filling, listeners, studio
from streaming.imports.demo.recording import LICENCE, LICENCE_URL, record
from streaming.imports.demo.repertoire import ARTISTS, Piece, pieces
from streaming.models import Album, Artist, Folder, Genre, Play, Track, TrackGenre

PROJECT = Path(__file__).resolve().parents[3]
PIECE = Piece("Chiptune", "Nobody", "Nothing", 2020, 1, "A Test", seed=5)


@pytest.fixture(scope="module")
def mp3(tmp_path_factory) -> Path:
    """A short piece, whole."""
    file = tmp_path_factory.mktemp("demo") / "piece.mp3"
    record(PIECE, file, seconds=3.0)
    return file


@pytest.fixture
def tracks(db) -> list[Track]:
    """The demo's tracks, none composed."""
    catalogue.create()
    return list(catalogue.tracks().select_related("folder").order_by("path"))


def _counts() -> list[int]:
    return [model.objects.count() for model in (Folder, Genre, Artist, Album, Track, TrackGenre)]


def _compose_all_but(tracks: list[Track], absent: int, mp3: Path) -> None:
    """All tracks have audio, as a fill would leave it, but the last `absent`."""
    for track in tracks[: len(tracks) - absent]:
        track.audio_file().parent.mkdir(parents=True, exist_ok=True)
        track.audio_file().write_bytes(mp3.read_bytes())
        track.audio_state, track.audio_problem = Track.AudioState.PRESENT, ""
        track.save()


def test_the_repertoire_is_12_pieces_in_each_of_8_genres():
    assert Counter(piece.genre for piece in pieces()) == dict.fromkeys(ARTISTS, 12)
    assert len(ARTISTS) == 8
    assert all(len(artists) >= 3 for artists in ARTISTS.values())
    for distinct in ("path", "title"):
        assert len({getattr(piece, distinct) for piece in pieces()}) == 96
    assert {piece.seed for piece in pieces() if piece.genre == "Jazz"} == set(range(12))


def test_create_lists_every_track_at_once_and_says_that_it_is_being_composed(tracks):
    assert len(tracks) == 96
    assert {(track.audio_state, track.audio_problem) for track in tracks} == {("absent", "being composed")}
    assert {(track.license, track.license_url) for track in tracks} == {(LICENCE, LICENCE_URL)}
    assert {track.composer for track in tracks} == {"composed by code"}
    assert {track.listens for track in tracks} == {0}, "no listens are invented"
    assert {track.duration_ms for track in tracks} == {30_000}
    assert all(track.album.artist_id == track.artist_id and track.year and track.tags for track in tracks)


def test_each_genre_counts_its_twelve_tracks(tracks):
    assert dict(Genre.objects.values_list("title", "track_count")) == dict.fromkeys(ARTISTS, 12)
    assert all(genre.top_level_id == genre.pk for genre in Genre.objects.all())


def test_create_twice_changes_nothing(tracks):
    before = _counts()
    catalogue.create()
    assert _counts() == before


def test_create_brings_back_what_is_missing(tracks):
    before = _counts()
    tracks[0].delete()
    catalogue.create()
    assert _counts() == before


def test_a_genre_that_the_archive_brought_is_joined(db):
    jazz = Genre.objects.create(fma_id=4, title="Jazz")
    catalogue.create()
    assert Track.objects.filter(genre_top=jazz).count() == 12


def test_a_recording_is_an_mp3_with_its_tags(mp3):
    info = soundfile.info(mp3)
    assert (info.format, info.samplerate, info.channels) == ("MP3", 44_100, 2)
    assert info.duration == pytest.approx(3.0, abs=0.1)
    tags = mutagen.File(mp3, easy=True)
    assert (tags["title"], tags["artist"], tags["genre"]) == (["A Test"], ["Nobody"], ["Chiptune"])
    assert tags.info.bitrate == 160_000
    assert not list(mp3.parent.glob("*.partial"))


def test_a_half_written_file_is_never_taken_for_a_whole_one(tmp_path):
    """A killed process leaves its file aside; the next one writes it anew."""
    file = tmp_path / "piece.mp3"
    aside = tmp_path / "piece.mp3.partial"
    aside.write_bytes(b"half")
    record(PIECE, file, seconds=3.0)
    assert soundfile.info(file).duration == pytest.approx(3.0, abs=0.1)
    assert not aside.exists()


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    in_its_way = tmp_path / "album" / "piece.mp3"
    in_its_way.mkdir(parents=True)
    with pytest.raises(OSError, match=r"piece\.mp3"):
        record(PIECE, in_its_way, seconds=3.0)
    assert list(in_its_way.parent.iterdir()) == [in_its_way]


def test_a_fill_goes_on_where_it_was_ended(tracks, mp3):
    _compose_all_but(tracks, 3, mp3)
    unmarked, deleted, absent = tracks[-3:]
    unmarked.audio_file().parent.mkdir(parents=True, exist_ok=True)
    unmarked.audio_file().write_bytes(mp3.read_bytes())  # killed before it was marked
    deleted.audio_state = Track.AudioState.PRESENT  # its file was removed by hand
    deleted.save()
    done = []
    filling.fill(done.append, processes=1)
    assert [track.pk for track in done] == [unmarked.pk, deleted.pk, absent.pk]
    assert unmarked.audio_file().read_bytes() == mp3.read_bytes(), "what is whole is not composed again"
    assert soundfile.info(absent.audio_file()).duration == pytest.approx(30, abs=0.1)
    assert set(catalogue.tracks().values_list("audio_state", "audio_problem")) == {("present", "")}
    assert filling.is_complete()
    assert not filling.is_wanted()


def test_a_second_fill_changes_nothing(tracks, mp3):
    _compose_all_but(tracks, 0, mp3)
    filling.fill()
    before = [*_counts(), Play.objects.count(), *(track.audio_file().stat().st_mtime_ns for track in tracks)]
    done = []
    filling.fill(done.append)
    assert done == []
    assert [*_counts(), Play.objects.count(), *(t.audio_file().stat().st_mtime_ns for t in tracks)] == before


def test_no_piece_is_begun_once_the_service_stops(tracks):
    stopping = threading.Event()
    stopping.set()
    assert studio.compose_missing(count=1, stopping=stopping) == 0


def test_a_piece_that_cannot_be_written_says_why(tracks, mp3):
    _compose_all_but(tracks, 3, mp3)
    album = tracks[-1].audio_file().parent
    album.parent.mkdir(parents=True, exist_ok=True)
    album.touch()  # a file where the album's folder should be
    with pytest.raises(FileExistsError, match=album.name):
        studio.compose_missing(count=1)
    missing = set(catalogue.tracks().exclude(audio_state="present").values_list("audio_state", "audio_problem"))
    assert ("absent", "could not be composed: File exists") in missing


def test_the_demo_is_wanted_by_an_empty_catalogue_or_an_unfinished_demo_only(db):
    assert filling.is_wanted()
    own = Track.objects.create(title="Own", artist=Artist.objects.create(name="Somebody"))
    assert not filling.is_wanted()
    catalogue.create()
    listeners.create()
    assert filling.is_wanted()
    catalogue.tracks().delete()
    assert not filling.is_wanted()
    own.delete()
    assert filling.is_wanted()


def test_composing_processes_end_with_a_killed_server(tmp_path):
    """Its output is closed only when the last process that holds it is gone."""
    script = """
import sys, time
from streaming.processes import pool
if __name__ == "__main__":
    with pool(2) as processes:
        print(processes.submit(abs, -1).result(), flush=True)
        time.sleep(600)
"""
    file = tmp_path / "server.py"
    file.write_text(script)
    server = subprocess.Popen(
        [sys.executable, file], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(PROJECT)}
    )
    with server:
        assert server.stdout.readline() == b"1\n"
        server.kill()
        assert server.communicate(timeout=30) == (b"", None)
