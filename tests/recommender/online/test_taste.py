"""What a listener says in so many words: the slider, and what to begin with."""

import uuid

import numpy as np
import pytest

from recommender import online, store
from recommender.algorithms.popularity import Popularity
from recommender.models import ModelRun
from streaming import taste_settings
from streaming.models import Genre, Listener, Track
from tests.recommender.world import heard, make_tracks, play, publish_als, publish_content

pytestmark = pytest.mark.django_db

SIZE = 30


@pytest.fixture
def jazz() -> list[Track]:
    """From well known to hardly heard."""
    tracks = make_tracks(SIZE, genre=Genre.objects.create(title="Jazz"), title="Jazz")
    for place, track in enumerate(tracks):
        track.listens = 4 ** max(0, 10 - place)
    Track.objects.bulk_update(tracks, ["listens"])
    return tracks


@pytest.fixture
def rock() -> list[Track]:
    return make_tracks(SIZE, genre=Genre.objects.create(title="Rock"), title="Rock", listens=4**11)


@pytest.fixture
def models(jazz, rock) -> list[ModelRun]:
    runs = [Popularity.train(heard()), publish_content([jazz, rock])]
    return [*runs, publish_als([*jazz, *rock], np.repeat(np.eye(2), SIZE, axis=0))]


def shelves(listener_id: uuid.UUID) -> dict[str, store.Shelf]:
    online.refresh(listener_id)
    standing = store.standing(listener_id)
    return {shelf.slug: shelf for shelf in standing.shelves} if standing else {}


def offered(listener: Listener, adventure: int) -> list[int]:
    taste_settings.set_adventure(listener_id=listener.pk, adventure=adventure)
    return [item.track_id for item in shelves(listener.pk)["for-you"].items]


def test_the_slider_goes_from_what_is_known_to_what_is_new(models, jazz, listener):
    played = jazz[15:25]
    for minute, track in enumerate(played):
        play(listener, track, session=uuid.uuid4(), minute=minute)
    known = {track.pk for track in played}
    familiar, between, adventurous = (known & set(offered(listener, at)[:12]) for at in (0, 50, 100))
    assert len(familiar) > len(between) > len(adventurous)
    assert not adventurous


def test_the_slider_alone_makes_shelves_for_a_stranger(models, listener):
    assert shelves(listener.pk) == {}
    assert offered(listener, 100)
    assert offered(listener, 100) != offered(listener, 0)


def test_a_chosen_genre_fills_the_shelves_and_is_the_reason(models, jazz):
    stranger = uuid.uuid4()
    taste_settings.choose(listener_id=stranger, genres=[str(jazz[0].genre_top_id)], artists=[])
    first = shelves(stranger)["for-you"].items[:5]
    assert {item.track_id for item in first} <= {track.pk for track in jazz}
    assert {item.reason for item in first} == {"Because you chose Jazz"}


def test_a_chosen_artist_brings_their_tracks_and_what_is_like_them(models, jazz):
    artist = jazz[3].artist
    taste_settings.choose(listener_id=(stranger := uuid.uuid4()), genres=[], artists=[str(artist.pk)])
    first = shelves(stranger)["for-you"].items
    assert jazz[3].pk in [item.track_id for item in first]
    assert {item.track_id for item in first[:15]} <= {track.pk for track in jazz}
    assert {item.reason for item in first[:15]} <= {f"Because you chose {artist.name}", "Popular in Jazz"}
    assert f"Because you chose {artist.name}" in {item.reason for item in first}


def test_the_first_play_is_learned_from_whatever_was_chosen(models, jazz, rock, listener):
    taste_settings.choose(listener_id=listener.pk, genres=[str(jazz[0].genre_top_id)], artists=[])
    assert not {track.pk for track in rock} & {item.track_id for item in shelves(listener.pk)["for-you"].items[:5]}
    play(listener, rock[0])
    first = shelves(listener.pk)["for-you"].items
    assert {track.pk for track in rock} & {item.track_id for item in first[:5]}
    assert "because" in shelves(listener.pk)


def test_what_was_chosen_and_went_since_means_nothing(models, jazz):
    stranger = uuid.uuid4()
    gone = Genre.objects.create(title="Gone")
    taste_settings.choose(
        listener_id=stranger, genres=[str(gone.pk), str(jazz[0].genre_top_id)], artists=[str(jazz[1].artist_id)]
    )
    gone.delete()
    jazz[1].artist.delete()
    assert {item.track_id for item in shelves(stranger)["for-you"].items[:5]} <= {track.pk for track in jazz}


def test_a_model_with_factors_that_are_not_numbers_is_left_out(models, jazz, listener, caplog):
    play(listener, jazz[0])
    content = ModelRun.objects.get(algorithm="content", status="published")
    factors = np.repeat(np.eye(2, dtype=np.float32), SIZE, axis=0)
    run = publish_als(jazz + list(Track.objects.filter(title__startswith="Rock")), factors)
    from recommender import artefacts

    path = artefacts.folder(run) / "item_factors.npy"
    factors[3] = np.nan
    np.save(path, factors)
    items = shelves(listener.pk)["for-you"].items
    assert {item.run_id for item in items} <= {content.pk, models[0].pk}
    assert "not finite" in caplog.text
