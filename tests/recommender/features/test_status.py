"""Every number of the status, over a catalogue in which each is another one."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender.features.claims import Claims
from recommender.features.status import WINDOW, status
from recommender.features.store import feature_store
from recommender.models import ModelRun, TrackFeatures
from streaming.models import Track
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks(db) -> list[Track]:
    """Eleven playable: 4 with features, 2 quarantined, 3 being analysed, 2 waiting; 2 absent, one with features."""
    tracks = make_tracks(11)
    absent = make_tracks(2, title="Absent", audio_state=Track.AudioState.ABSENT)
    make_tracks(1, title="Broken", audio_state=Track.AudioState.BROKEN)
    store = feature_store()
    store.put("fma", {track.pk: np.ones(518) for track in [*tracks[:4], absent[0]]})
    store.put("echonest", {tracks[0].pk: np.ones(8)})
    for track, reason in zip(tracks[4:6], ("damaged: at 1 s", "damaged: at 2 s"), strict=True):
        store.put_problem("fma", track.pk, reason)
    Claims().take([track.pk for track in tracks[6:9]])
    return tracks


def test_the_states_of_tracks(tracks):
    now = status()
    fma, echonest = now.families
    assert vars(now.catalogue) == {"tracks": 14, "playable": 11, "absent": 2, "broken": 1}
    assert (fma.with_features, fma.quarantined, fma.analysing, fma.waiting) == (5, 2, 3, 2)
    assert fma.reasons == {"damaged": 2}
    assert (echonest.with_features, echonest.quarantined, echonest.analysing, echonest.waiting) == (1, 0, None, None)
    assert now.problem == ""


def test_the_speed_is_that_of_the_last_minutes(tracks):
    TrackFeatures.objects.filter(track=tracks[0]).update(updated_at=datetime.now(UTC) - 2 * WINDOW)
    fma = status().families[0]
    # Four of five within a window of two minutes, and two to go.
    assert (WINDOW, fma.a_minute) == (timedelta(minutes=2), 2)
    assert timedelta(seconds=59) < fma.ready_at - datetime.now(UTC) <= timedelta(minutes=1)
    assert datetime.now(UTC) - fma.newest < timedelta(minutes=1)


def test_an_empty_catalogue():
    now = status()
    assert now.catalogue.tracks == 0
    assert now.families[0].ready_at is None
    assert [model.version for model in now.models] == [None, None]


def test_the_model_in_use(tracks):
    figures = {"dimensions": 64, "explained_variance": 0.93, "trees": 25, "search_k": 2000, "recall@10": 0.996}
    run = ModelRun.objects.create(
        algorithm="content",
        status=ModelRun.Status.PUBLISHED,
        finished_at=datetime.now(UTC),
        data={"tracks": 5, "plays": 0},
        metrics=figures | {"query_p99_ms": 0.8, "warning": "1 % of queries take 0.8 ms or more"},
    )
    TrackFeatures.objects.filter(family="fma").update(updated_at=run.started_at - timedelta(hours=1))
    TrackFeatures.objects.filter(track=tracks[1]).update(updated_at=run.started_at + timedelta(hours=1))
    content, character = status().models
    assert (content.version, content.newer, content.built_at) == (run.pk, 1, run.finished_at)
    assert content.figures == figures | {"tracks": 5, "query_p99_ms": 0.8}
    assert dict(content.labelled)["p99 of queries (ms)"] == 0.8
    assert content.warning.startswith("1 % of queries")
    assert (content.failure, character.version) == ("", None)


def test_a_training_that_failed_since(tracks):
    published = ModelRun.objects.create(algorithm="content", status="published", finished_at=datetime.now(UTC))
    ModelRun.objects.create(algorithm="content", status="failed", problem="OSError: the disk is full")
    content = status().models[0]
    assert (content.version, content.failure) == (published.pk, "OSError: the disk is full")
    assert content.figures == {}


def test_a_store_that_is_away(tracks, settings):
    settings.FEATURE_STORE_URL = "mongodb://ada:secret@127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    ModelRun.objects.create(algorithm="content", status="published", finished_at=datetime.now(UTC))
    now = status()
    assert now.problem and "secret" not in now.problem
    assert now.families == []
    assert now.catalogue.tracks == 14
    assert now.models[0].newer is None


def test_a_constant_number_of_queries(tracks):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            status()
        return len(captured)

    before = queries()
    for track in make_tracks(50):
        feature_store().put_problem("fma", track.pk, f"damaged: {track.pk}")
    assert queries() == before
