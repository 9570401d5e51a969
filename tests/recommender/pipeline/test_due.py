import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommender import artefacts
from recommender.algorithms.popularity import Popularity
from recommender.models import ModelRun
from recommender.pipeline import due
from recommender.pipeline.due import NEW_PLAYS, RETRY_AFTER
from streaming.models import Listener, Play, Track
from tests.recommender.world import (
    NOON,
    heard,
    make_tracks,
    play,
    publish_als,
    publish_character,
    publish_content,
    skip,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(2)


def play_often(listener: Listener, track: Track, times: int) -> None:
    Play.objects.bulk_create(
        Play(id=uuid.uuid4(), listener=listener, track=track, started_at=NOON, last_event_at=NOON) for _ in range(times)
    )


def test_an_empty_catalogue_has_nothing_due(track):
    assert due() == []


def test_the_first_playable_track_makes_popularity_due(tracks):
    assert due() == ["popularity"]
    Popularity.train(heard())
    assert due() == []


def test_popularity_is_due_when_tracks_come_or_go(tracks):
    Popularity.train(heard())
    make_tracks(1)
    assert due() == ["popularity"]
    Popularity.train(heard())
    Track.objects.filter(pk=tracks[0].pk).update(audio_state=Track.AudioState.BROKEN)
    assert due() == ["popularity"]


def test_when_the_last_playable_track_went_nothing_is_due(tracks):
    Popularity.train(heard())
    Track.objects.update(audio_state=Track.AudioState.ABSENT)
    assert due() == []


def test_features_make_content_due(tracks):
    publish_content([tracks[:1], tracks[1:]])
    ModelRun.objects.all().delete()
    assert "content" in due()


def test_features_of_either_family_make_its_own_model_due(tracks):
    publish_character([tracks[:1], tracks[1:]])
    assert not {"content", "character"} & set(due())
    ModelRun.objects.all().delete()
    assert "character" in due()
    assert "content" not in due()


def test_als_waits_for_two_listeners_who_finished_something(tracks, listener):
    other = Listener.objects.create()
    play(listener, tracks[0])
    play(listener, tracks[1])
    skip(other, tracks[0])
    assert "als" not in due()
    play(other, tracks[0])
    assert "als" in due()


def test_als_is_due_again_after_enough_plays_went(tracks, listener):
    play_often(listener, tracks[0], NEW_PLAYS)
    publish_als(tracks, [[1.0], [1.0]])
    ModelRun.objects.update(data={"plays": NEW_PLAYS})
    assert "als" not in due()
    Play.objects.all().delete()
    assert "als" in due()


def test_als_is_due_again_after_enough_new_plays(tracks, listener):
    publish_als(tracks, [[1.0], [1.0]])
    play_often(listener, tracks[0], NEW_PLAYS - 1)
    assert "als" not in due()
    play_often(listener, tracks[0], 1)
    assert "als" in due()


def test_a_failed_training_is_not_tried_again_at_once(tracks):
    with pytest.raises(OSError), artefacts.training(ModelRun.Algorithm.POPULARITY, {}):
        raise OSError("no space left on device")
    assert due() == []
    ModelRun.objects.update(finished_at=timezone.now() - RETRY_AFTER - timedelta(seconds=1))
    assert due() == ["popularity"]


def test_a_training_that_was_killed_is_tried_again_at_once(tracks):
    ModelRun.objects.create(algorithm=ModelRun.Algorithm.POPULARITY, status=ModelRun.Status.FAILED)
    assert due() == ["popularity"]
