"""Songs of a list, among the tracks of the catalogue."""

import pytest

from streaming.imports.listed_songs import FOLDER, ListedSongs, Song, normalised
from streaming.models import Artist, Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def food() -> Track:
    return track("Food", "AWOL", 168_000)


def track(title: str, artist: str, duration_ms: int) -> Track:
    artist = Artist.objects.get_or_create(name=artist)[0]
    return Track.objects.create(title=title, artist=artist, duration_ms=duration_ms)


def match(*song) -> int | None:
    """The primary key of the catalogue's track."""
    return ListedSongs(is_adding=False).place([Song(*song)]).matched.get(Song(*song).key)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Sigur Rós", "SIGUR ROS"),
        ("Don't Stop", "don’t stop"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("  Side\tA ", "side a"),
        ("Straße", "STRASSE"),
        ("ﬁre", "fire"),
        ("Rock n' Roll!", "rock n roll"),
    ],
)
def test_names_that_are_the_same(name, other):
    assert normalised(name) == normalised(other)


@pytest.mark.parametrize(("name", "other"), [("÷", "+"), ("???", "!!!"), ("東京", "京都"), ("Part 1", "Part 2")])
def test_names_that_are_not(name, other):
    assert normalised(name) != normalised(other)
    assert normalised(name)


@pytest.mark.parametrize("song", [("food!", "Awol", 168_000), ("Food", "AWOL", 15_000), ("Food", "", 169_999)])
def test_song_that_the_catalogue_has(food, song):
    assert match(*song) == food.pk


@pytest.mark.parametrize("song", [("Food", "", 170_001), ("Food", "Other", 168_000), ("Foods", "AWOL", 168_000)])
def test_song_that_it_has_not(food, song):
    assert match(*song) is None


def test_title_that_several_tracks_have_needs_the_artist(food):
    other = track("Food", "Other", 168_000)
    assert match("Food", "", 168_000) is None
    assert match("Food", "Other", 168_000) == other.pk


def test_of_several_of_an_artist_the_one_of_that_length(food):
    live = track("Food", "AWOL", 240_000)
    assert match("Food", "AWOL", 241_000) == live.pk
    assert match("Food", "AWOL", 168_500) == food.pk
    assert match("Food", "AWOL", 200_000) is None


def test_song_is_added_without_audio():
    song = Song("Yesterday", "The Beatles", 125_666)
    placed = ListedSongs(is_adding=True).place([song, Song("Untold", "", 1_000)])
    assert (placed.matched, placed.added, len(placed.own)) == ({}, 2, 2)
    added = Track.objects.get(pk=placed.own[song.key])
    assert (added.title, added.artist.name, added.duration_ms) == ("Yesterday", "The Beatles", 125_666)
    assert (added.audio_state, added.folder.path) == ("absent", FOLDER)
    assert "there is no audio" in added.audio_problem
    assert Track.objects.get(title="Untold").artist.name == "Unknown artist"
    with pytest.raises(FileNotFoundError):
        added.audio_file().open()


def test_the_same_list_again_adds_nothing():
    songs = [Song("Hello", "", 200_000), Song("Hello", "", 201_000), Song("Hello", "Adele", 200_000)]
    first = ListedSongs(is_adding=True).place(songs)
    assert first.added == len(first.own) == 3
    for is_adding in (True, False):
        again = ListedSongs(is_adding=is_adding).place(songs)
        assert (again.own, again.added, again.matched) == (first.own, 0, {})


def test_song_written_otherwise_is_the_same():
    first = ListedSongs(is_adding=True).place([Song("Café del Mar", "Energy 52", 300_000)])
    again = ListedSongs(is_adding=True).place([Song("CAFE DEL MAR", "energy 52", 300_000)])
    assert again.own == first.own


def test_added_songs_share_an_artist_but_none_of_fma():
    Artist.objects.create(fma_id=1, name="Ada")
    listed = ListedSongs(is_adding=True)
    listed.place([Song("One", "Ada", 1_000)])
    listed.place([Song("Two", "ADA", 2_000)])
    ListedSongs(is_adding=True).place([Song("Three", "ada", 3_000)])
    assert len(set(Track.objects.values_list("artist", flat=True))) == 1
    assert Track.objects.first().artist.fma_id is None


def test_nothing_is_added_unless_wanted():
    placed = ListedSongs(is_adding=False).place([Song("Yesterday", "The Beatles", 125_666)])
    assert (placed.own, placed.matched, Track.objects.count()) == ({}, {}, 0)
