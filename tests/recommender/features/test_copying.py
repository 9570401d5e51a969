"""Copies between the embedded store and one on MongoDB, both ways."""

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommender.features.copying import Comparison, compare, copy
from recommender.features.store import BATCH, Counts, FeatureStore, feature_store
from streaming.models import Track

pytestmark = pytest.mark.django_db
NOWHERE = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=200"


@pytest.fixture
def tracks(artist) -> list[int]:
    """Ids of five playable tracks, ascending."""
    present = Track.AudioState.PRESENT
    return [Track.objects.create(title=f"{n}", artist=artist, audio_state=present).pk for n in range(5)]


@pytest.fixture
def embedded() -> FeatureStore:
    return feature_store("embedded:")


@pytest.fixture
def mongo_store(mongo_url) -> FeatureStore:
    return feature_store(mongo_url)


@pytest.fixture(params=["from embedded", "from mongo"])
def stores(request, embedded, mongo_store) -> tuple[FeatureStore, FeatureStore]:
    """Where from and where to."""
    return (embedded, mongo_store) if request.param == "from embedded" else (mongo_store, embedded)


def vector(value: float, width: int = 518) -> np.ndarray:
    return np.full(width, value, dtype=np.float32)


def test_vectors_and_problems_of_every_family_are_copied(stores, tracks, capsys):
    source, target = stores
    source.put("fma", {track_id: vector(track_id / 3) for track_id in tracks[:3]})
    source.put("echonest", {tracks[4]: vector(0.1, 8)})
    source.put_problem("fma", tracks[3], "too short: 0.20 s")
    call_command("copy_features", source.url, target.url)
    for track_id, found in target.get("fma", tracks).items():
        np.testing.assert_array_equal(found, vector(track_id / 3))
    assert (target.counts("fma"), target.counts("echonest")) == (Counts(3, 1), Counts(1, 0))
    assert [(problem.track_id, problem.reason) for problem in target.problems("fma")] == [
        (tracks[3], "too short: 0.20 s")
    ]
    assert capsys.readouterr().out == (
        f"fma: 3 vectors and 1 problems are in {target.name}\nechonest: 1 vectors and 0 problems are in {target.name}\n"
    )


def test_the_source_takes_the_place_of_what_was_there_and_the_rest_stays(stores, tracks):
    source, target = stores
    source.put("fma", {tracks[0]: vector(1), tracks[1]: vector(1)})
    source.put_problem("fma", tracks[2], "silent")
    target.put("fma", {tracks[0]: vector(2), tracks[2]: vector(2), tracks[3]: vector(2)})
    target.put_problem("fma", tracks[1], "silent")
    assert compare(source, target, "fma") == Comparison(vectors=0, problems=0, unknown=0, different=3)
    copy(source, target, "fma")
    assert compare(source, target, "fma") == Comparison(vectors=2, problems=1, unknown=0, different=0)
    assert {track_id: found[0] for track_id, found in target.get("fma", tracks).items()} == {
        tracks[0]: 1,
        tracks[1]: 1,
        tracks[3]: 2,
    }


def test_a_copy_that_was_stopped_is_finished_by_the_next_which_writes_only_the_rest(stores, artist):
    source, target = stores
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(BATCH + 4_300))
    ids = list(Track.objects.order_by("pk").values_list("pk", flat=True))
    source.put("fma", {track_id: vector(1) for track_id in ids[:4_200]})
    for track_id in ids[4_200:]:
        source.put_problem("fma", track_id, "silent")

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source, target, "fma", progress=stop)
    assert target.counts("fma") == Counts(4_096, 0)
    first = target.newest("fma")
    copy(source, target, "fma")
    assert compare(source, target, "fma") == Comparison(4_200, BATCH + 100, 0, 0)
    assert target.count("fma", since=first) <= 4_200 - 4_096 + BATCH
    newest, last_problem = target.newest("fma"), target.problems("fma", limit=1)
    copy(source, target, "fma")
    assert (target.newest("fma"), target.problems("fma", limit=1)) == (newest, last_problem)


def test_tracks_that_the_catalogue_does_not_have_are_counted(mongo_store, tracks, capsys):
    # Without the setting that makes MongoDB's documents go with their track: as after a time without that server.
    mongo_store.put("fma", {track_id: vector(1) for track_id in tracks})
    mongo_store.put_problem("echonest", tracks[0], "silent")
    Track.objects.filter(pk__in=tracks[:2]).delete()
    call_command("copy_features", mongo_store.url, "embedded:")
    out = capsys.readouterr().out
    assert "fma: 3 vectors and 0 problems are in embedded:\nfma: 2 left out, of tracks that the catalogue" in out
    assert "echonest: 0 vectors and 0 problems are in embedded:\nechonest: 1 left out" in out


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("embedded:", "embedded:", "FROM and TO are the same store, embedded:"),
        ("mongodb://a:b@one/fma", "mongodb://one/fma?w=1", "the same store, mongodb://one/fma$"),
        ("embedded:", "carrier-pigeon://roof", "TO: 'carrier-pigeon://roof' is no feature store's URL"),
        ("mongodb://one", "embedded:", "FROM: 'mongodb://one' must be of the form"),
        ("embedded:", NOWHERE, "mongodb://127.0.0.1:1/fma fails: .*refused.* run the same command again to go on"),
        (NOWHERE, "embedded:", "mongodb://127.0.0.1:1/fma fails: .*refused.* run the same command again to go on"),
    ],
)
def test_what_cannot_be_copied(source, target, message):
    with pytest.raises(CommandError, match=message):
        call_command("copy_features", source, target)
