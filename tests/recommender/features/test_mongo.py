"""What is particular to the store on MongoDB: addresses, servers that go away, features whose track is gone."""

import logging
from collections.abc import Iterator

import numpy as np
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from recommender.features.store import BATCH, FeatureStore, FeatureStoreUnavailable, feature_store
from streaming.models import Track
from tests.services.mongo import MongoStandIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks(artist) -> list[int]:
    """Ids of more playable tracks than are written in one go, ascending."""
    present = Track.AudioState.PRESENT
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist, audio_state=present) for n in range(BATCH + 10))
    return list(Track.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def server(mongo, tmp_path) -> Iterator[MongoStandIn]:
    """A server of the test's own, which keeps what it acknowledged when it is killed."""
    server = MongoStandIn(mongo.jars, tmp_path / "mongo.mv")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def store(server, settings) -> Iterator[FeatureStore]:
    settings.FEATURE_STORE_URL = server.url("fma") + "?serverSelectionTimeoutMS=1500"
    apps.get_app_config("recommender").ready()  # as a process does that starts with this setting
    store = feature_store()
    yield store
    store.close()


def vectors(track_ids) -> dict[int, np.ndarray]:
    return {track_id: np.full(518, track_id, dtype=np.float32) for track_id in track_ids}


class Killing(dict):
    """Vectors of which the reading of the last one kills the server."""

    def __init__(self, server: MongoStandIn, track_ids) -> None:
        super().__init__(vectors(track_ids))
        self.server = server

    def __getitem__(self, track_id: int) -> np.ndarray:
        if track_id == max(self):
            self.server.kill()
        return super().__getitem__(track_id)


def test_a_server_that_goes_away_in_the_middle_of_a_put_keeps_what_it_acknowledged(server, store, tracks):
    with pytest.raises(FeatureStoreUnavailable, match=f"127.0.0.1:{server.port}/fma fails: .*kept"):
        store.put("fma", Killing(server, tracks))
    server.start()
    assert sorted(store.get("fma", tracks)) == tracks[:BATCH]
    assert store.missing("fma", 100) == tracks[: BATCH - 1 : -1]
    assert store.put("fma", vectors(tracks)) == len(tracks)
    np.testing.assert_array_equal(store.get("fma", tracks)[tracks[-1]], vectors(tracks)[tracks[-1]])


def test_a_server_that_goes_away_in_the_middle_of_the_matrix(server, store, tracks):
    store.put("fma", vectors(tracks[:6]))
    blocks = store.matrix("fma", block=4)
    assert next(blocks)[0].tolist() == tracks[:4]
    server.kill()
    with pytest.raises(FeatureStoreUnavailable):
        next(blocks)
    server.start()
    assert [len(ids) for ids, _ in store.matrix("fma", block=4)] == [4, 2]


def test_a_server_that_is_not_there_is_named_without_the_password(tracks):
    store = feature_store("mongodb://listener:secret@127.0.0.1:1/fma?serverSelectionTimeoutMS=200")
    for use in (
        lambda: store.put("fma", vectors(tracks[:1])),
        lambda: store.get("fma", tracks[:1]),
        lambda: store.missing("fma", 1),
        lambda: next(store.matrix("fma")),
        lambda: store.counts("fma"),
        store.sweep,
    ):
        with pytest.raises(FeatureStoreUnavailable) as caught:
            use()
        assert str(caught.value) == (
            "the feature store mongodb://127.0.0.1:1/fma fails: 127.0.0.1:1: [Errno 111] Connection refused; "
            "what it acknowledged before is kept"
        )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mongodb://127.0.0.1", "mongodb://127.0.0.1' must be of the form mongodb://HOST/DATABASE"),
        ("mongodb://127.0.0.1/fma.features", "fma.features' must be of the form mongodb://HOST/DATABASE"),
        ("mongodb:", "'mongodb:'"),
        ("mongodb://127.0.0.1:port/fma", "mongodb://127.0.0.1:port/fma'"),
        ("mongodb://127.0.0.1/fma?patience=3", "mongodb://127.0.0.1/fma' .*: Unknown option: patience"),
        (
            "mongodb://listener:sec:ret@127.0.0.1/fma",
            "mongodb://127.0.0.1/fma' .*: are user and password percent-encoded",
        ),
    ],
)
def test_a_wrong_url_is_named_without_the_password(url, message):
    with pytest.raises(ImproperlyConfigured, match=message) as caught:
        feature_store(url)
    assert "sec:" not in str(caught.value)


def test_tracks_are_deleted_without_the_store_and_swept_later(
    server, store, tracks, caplog, django_capture_on_commit_callbacks
):
    store.put("fma", vectors(tracks[:3]))
    store.put_problem("echonest", tracks[3], "silent")
    server.kill()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        Track.objects.filter(pk__in=[tracks[0], tracks[3]]).delete()
    assert "stay until the next sweep: the feature store mongodb://127.0.0.1" in caplog.text
    server.start()
    assert store.sweep() == 2
    assert sorted(store.get("fma", tracks)) == tracks[1:3]
    assert store.counts("echonest").problems == 0
    assert store.sweep() == 0


def test_a_catalogue_without_any_track_sweeps_nothing(store, tracks, caplog):
    store.put("fma", vectors(tracks[:3]))
    with caplog.at_level(logging.WARNING):
        Track.objects.all().delete()
        assert store.sweep() == 0
    assert "is DATABASE_URL right?" in caplog.text
    assert store.count("fma") == 3
