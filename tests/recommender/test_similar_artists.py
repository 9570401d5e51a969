"""Artists whose tracks sound alike, and the words while nothing was learned of sounds."""

import pytest

from recommender.online import catalogue
from recommender.similar_artists import similar_to
from streaming.models import Artist, Track
from tests.recommender.world import make_tracks, publish_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups() -> list[list[Track]]:
    return [make_tracks(5, title=name) for name in ("Calm", "Loud")]


def test_those_of_the_same_sound_come_first_and_not_the_artist(groups):
    publish_content(groups)
    calm, _ = groups
    found = similar_to(calm[0].artist_id)
    assert {artist.pk for artist in found[:4]} == {track.artist_id for track in calm[1:]}
    assert calm[0].artist_id not in {artist.pk for artist in found}


def test_many_tracks_alike_say_more_than_one(groups):
    publish_content(groups)
    calm, _ = groups
    Track.objects.filter(pk__in=[calm[2].pk, calm[3].pk]).update(artist=calm[1].artist)
    catalogue.forget()
    assert similar_to(calm[0].artist_id)[0] == calm[1].artist


def test_an_artist_without_tracks_and_a_catalogue_without_sounds_have_none(client, groups):
    assert similar_to(groups[0][0].artist_id) == []
    publish_content(groups)
    assert similar_to(Artist.objects.create(name="Silent").pk) == []
    assert "Similar artists" in client.get(groups[0][0].artist.get_absolute_url()).text
