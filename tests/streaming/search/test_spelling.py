"""Typing errors are forgiven, and only where what was typed is in nothing."""

import pytest

from streaming.models import Album, Artist, Genre, Track
from streaming.search import search
from streaming.search.spelling import Vocabulary


@pytest.fixture
def catalogue(db) -> None:
    radiohead = Artist.objects.create(name="Radiohead", favorites=50)
    Artist.objects.create(name="Daft Punk")
    Genre.objects.create(title="Hip-Hop", track_count=10)
    Album.objects.create(title="Café del Mar", artist=radiohead)
    Track.objects.create(title="Moonlight Shadow", artist=radiohead, listens=5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("raidohead", "radiohead"),
        ("radiohed", "radiohead"),
        ("radioheda", "radiohead"),
        ("RAIDOHEAD", "radiohead"),
        ("hip hpo", "hip hop"),
        ("hiphop", "hip hop"),
        ("daftpunk", "daft punk"),
        ("moon light shadow", "moonlight shadow"),
        ("moonlihgt shdow", "moonlight shadow"),
        ("kafe del mar", "cafe del mar"),
        ("radioheda moonlight", "radiohead moonlight"),
        # Still being typed.
        ("raidoh", "radioh"),
        ("moonlight shda", "moonlight shad"),
    ],
)
def test_what_was_meant_is_found(catalogue, typed, meant):
    found = search(typed)
    assert found and found == search(meant)
    assert found.corrected == meant


@pytest.mark.parametrize("typed", ["radiohead", "radio", "hop", "cafe", "moonl shad"])
def test_what_is_there_is_not_corrected(catalogue, typed):
    found = search(typed)
    assert found and not found.corrected


@pytest.mark.parametrize("typed", ["xyzzyx", "zq", "radiohead zzzzzz", "🎸", "rdiaoehda"])
def test_what_is_near_nothing_finds_nothing(catalogue, typed):
    assert not search(typed)


def test_words_that_are_known_apart_but_not_together_are_tried_too(catalogue):
    Track.objects.create(title="Shallow", artist=Artist.objects.create(name="Other"))
    assert [track.title for track in search("moonlight shadov").tracks] == ["Moonlight Shadow"]


def test_the_nearest_come_first_and_the_frequent_first_among_equals():
    known = Vocabulary.of([("rain", 1), ("train", 9), ("ruin", 5), ("drain", 2), ("rain", 1)])
    assert known.nearest("rain") == ["rain", "ruin", "train", "drain"]
    assert known.counts["rain"] == 2


def test_short_words_have_few_errors():
    known = Vocabulary.of([("of", 1), ("hop", 1), ("shadow", 1)])
    assert known.nearest("fo") == []
    assert known.nearest("hpo") == ["hop"]
    assert known.nearest("hxx") == []
    assert known.nearest("shodew") == ["shadow"]
    assert known.nearest("shoedw") == []


def test_kinds_with_the_better_match_come_first(catalogue):
    other = Artist.objects.create(name="Other")
    Track.objects.create(title="Daft", artist=other)
    assert search("daft").order == ["track", "artist"]
    assert search("radiohead").order[0] == "artist"
    assert search("hip hop").order == ["genre"]
