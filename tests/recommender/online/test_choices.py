"""Each genre and artist that was chosen is sure of a place at the front of the shelf."""

import uuid

import numpy as np
import pytest

from recommender import online, store
from recommender.algorithms.popularity import Popularity
from recommender.online.choices import FRONT
from streaming import taste_settings
from streaming.models import Artist, Genre, Listener, Track
from tests.recommender.world import heard, make_tracks, play, publish_als, publish_content, skip

pytestmark = pytest.mark.django_db

SIZE = 30


@pytest.fixture
def jazz() -> list[Track]:
    return make_tracks(SIZE, genre=Genre.objects.create(title="Jazz"), title="Jazz", listens=5)


@pytest.fixture
def rock() -> list[Track]:
    return make_tracks(SIZE, genre=Genre.objects.create(title="Rock"), title="Rock", listens=50_000)


@pytest.fixture
def models(jazz, rock) -> None:
    """All of rock sounds alike, and is liked by the same listeners: a rock artist's word goes for thirty tracks."""
    Popularity.train(heard())
    publish_content([jazz, rock])
    publish_als([*jazz, *rock], np.repeat(np.eye(2), SIZE, axis=0))


def choose(listener_id: uuid.UUID, genres: list[Genre], artists: list[Artist]) -> None:
    ids = [[str(each.pk) for each in chosen] for chosen in (genres, artists)]
    taste_settings.choose(listener_id=listener_id, genres=ids[0], artists=ids[1])


def reasons(listener_id: uuid.UUID) -> list[str]:
    online.refresh(listener_id)
    return [item.reason for item in store.standing(listener_id).shelves[0].items]


def test_a_genre_is_not_crowded_out_by_the_artists_chosen_beside_it(models, jazz, rock):
    choose(stranger := uuid.uuid4(), [jazz[0].genre_top], [rock[0].artist, rock[1].artist])
    assert set(reasons(stranger)[:FRONT]) >= {
        "Because you chose Jazz",
        f"Because you chose {rock[0].artist}",
        f"Because you chose {rock[1].artist}",
    }


def test_no_track_stands_for_two_choices_or_comes_twice(models, jazz, rock):
    choose(stranger := uuid.uuid4(), [jazz[0].genre_top, rock[0].genre_top], [jazz[0].artist])
    online.refresh(stranger)
    items = store.standing(stranger).shelves[0].items
    assert len({item.track_id for item in items}) == len(items)
    assert {item.reason for item in items[:FRONT]} >= {
        "Because you chose Jazz",
        "Because you chose Rock",
        f"Because you chose {jazz[0].artist}",
    }


def test_before_any_model_but_popularity_each_is_there_too(jazz, rock):
    Popularity.train(heard())
    choose(stranger := uuid.uuid4(), [jazz[0].genre_top], [rock[0].artist])
    assert set(reasons(stranger)[:FRONT]) >= {"Because you chose Jazz", f"Because you chose {rock[0].artist}"}


def test_what_was_played_since_is_left_to_the_scores(models, jazz, rock, listener: Listener):
    choose(listener.pk, [jazz[0].genre_top], [rock[0].artist])
    for track in jazz[:3]:
        skip(listener, track)
    play(listener, rock[0], minute=5)
    assert "Because you chose Jazz" not in reasons(listener.pk)


def test_a_choice_without_anything_to_play_leaves_no_gap(models, jazz):
    silent = Genre.objects.create(title="Silence")
    choose(stranger := uuid.uuid4(), [silent, jazz[0].genre_top], [])
    assert "Because you chose Jazz" in reasons(stranger)[:FRONT]
    assert "Because you chose Silence" not in reasons(stranger)
