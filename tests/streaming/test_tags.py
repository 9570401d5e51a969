"""The tables of tags say what tracks, albums and artists say."""

import pytest

from streaming.models import Album, Artist, Tag, Track, TrackTag
from streaming.tags import index_tags, plain, tag_anew

pytestmark = pytest.mark.django_db


def said() -> set[tuple[str, str, int]]:
    return set(TrackTag.objects.values_list("track__title", "tag__name", "listens"))


@pytest.fixture
def track() -> Track:
    artist = Artist.objects.create(name="Someone", tags=["Berlin"])
    album = Album.objects.create(title="Album", artist=artist, tags=["lo-fi", "Live"])
    return Track.objects.create(title="One", artist=artist, album=album, tags=["Lo-Fi", " ", "Tape"], listens=5)


def test_a_track_has_its_own_tags_its_albums_and_its_artists_each_once(track):
    Track.objects.create(title="Two", artist=track.artist)
    index_tags()
    own = {("One", "lo-fi", 5), ("One", "live", 5), ("One", "tape", 5), ("One", "berlin", 5)}
    assert said() == own | {("Two", "berlin", 0)}
    assert dict(Tag.objects.values_list("name", "track_count")) == {"lo-fi": 1, "live": 1, "tape": 1, "berlin": 2}


def test_what_changed_is_brought_up_to_date_and_the_rest_left_alone(track):
    index_tags()
    before = dict(TrackTag.objects.values_list("tag__name", "pk"))
    track.tags, track.listens = ["Tape", "New"], 9
    track.save()
    index_tags()
    assert said() == {("One", name, 9) for name in ("tape", "new", "lo-fi", "live", "berlin")}
    assert dict(TrackTag.objects.values_list("tag__name", "pk"))["tape"] == before["tape"]
    track.album.tags = []
    track.album.save()
    index_tags()
    assert set(Tag.objects.values_list("name", flat=True)) == {"tape", "new", "berlin"}


def test_of_some_tracks_alone_the_same_comes_out(track):
    Track.objects.create(title="Two", artist=track.artist, tags=["tape"])
    index_tags()
    track.tags, track.listens = ["Tape", "New"], 9
    track.save()
    tag_anew(Track.objects.filter(pk=track.pk))
    found = said(), dict(Tag.objects.values_list("name", "track_count"))
    index_tags()
    assert found == (said(), dict(Tag.objects.values_list("name", "track_count")))
    assert found[1] == {"tape": 2, "new": 1, "lo-fi": 1, "live": 1, "berlin": 2}


@pytest.mark.parametrize(
    ("tag", "name"), [("  LO-FI ", "lo-fi"), ("ÉLAN", "élan"), ("x" * 90, "x" * 80), ("\x00", ""), (7, ""), (None, "")]
)
def test_a_tag_in_its_one_form(tag, name):
    assert plain(tag) == name
