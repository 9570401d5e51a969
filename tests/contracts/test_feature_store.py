"""What every feature store does."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from recommender.features.embedded import EmbeddedFeatureStore
from recommender.features.store import Counts, FeatureStore, feature_store, without_secrets
from streaming.models import Track

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# Every store tells milliseconds apart.
TICK = 0.002


@pytest.fixture(params=["embedded", "mongo"])
def store(request, settings) -> FeatureStore:
    settings.FEATURE_STORE_URL = "embedded:" if request.param == "embedded" else request.getfixturevalue("mongo_url")
    apps.get_app_config("recommender").ready()  # as a process does that starts with this setting
    return feature_store()


@pytest.fixture
def tracks(artist) -> list[int]:
    """Ids of five playable tracks, ascending."""
    present = Track.AudioState.PRESENT
    return [
        Track.objects.create(title=f"{n}", artist=artist, audio_state=present, path=f"{n}.ogg").pk for n in range(5)
    ]


def vector(value: float) -> np.ndarray:
    return np.full(518, value, dtype=np.float32)


def test_what_was_put_is_got(store, tracks):
    assert store.put("fma", {tracks[0]: vector(0.1), tracks[1]: vector(2)}) == 2
    found = store.get("fma", tracks)
    assert sorted(found) == tracks[:2]
    np.testing.assert_array_equal(found[tracks[0]], vector(0.1))
    assert found[tracks[1]].dtype == np.float32
    assert store.count("fma") == 2


def test_a_second_vector_takes_the_place_of_the_first(store, tracks):
    store.put("fma", {tracks[0]: vector(1)})
    store.put("fma", {tracks[0]: vector(2)})
    np.testing.assert_array_equal(store.get("fma", tracks)[tracks[0]], vector(2))
    assert store.count("fma") == 1


def test_families_are_apart(store, tracks):
    store.put("fma", {tracks[0]: vector(1)})
    store.put("echonest", {tracks[0]: np.arange(8.0)})
    np.testing.assert_array_equal(store.get("echonest", tracks)[tracks[0]], np.arange(8))
    np.testing.assert_array_equal(store.get("fma", tracks)[tracks[0]], vector(1))
    assert store.missing("echonest", 10) == store.missing("fma", 10) == tracks[:0:-1]


def test_missing_are_playable_tracks_without_vector_or_problem_newest_first(store, tracks):
    store.put("fma", {tracks[0]: vector(1)})
    store.put_problem("fma", tracks[1], "silent")
    Track.objects.filter(pk=tracks[2]).update(audio_state=Track.AudioState.BROKEN)
    assert store.missing("fma", 10) == [tracks[4], tracks[3]]
    assert store.missing("fma", 1) == [tracks[4]]


def test_a_problem_takes_the_place_of_a_vector_and_a_vector_that_of_a_problem(store, tracks):
    store.put("fma", {tracks[0]: vector(1)})
    store.put_problem("fma", tracks[0], "silent" * 1_000)
    assert store.get("fma", tracks) == {}
    assert store.count("fma") == 0
    assert list(store.matrix("fma")) == []
    store.put("fma", {tracks[0]: vector(1)})
    assert list(store.get("fma", tracks)) == [tracks[0]]


def test_the_matrix_in_blocks_by_track(store, tracks):
    store.put("fma", {track_id: vector(track_id) for track_id in reversed(tracks)})
    blocks = list(store.matrix("fma", block=2))
    assert [len(ids) for ids, _ in blocks] == [2, 2, 1]
    assert np.concatenate([ids for ids, _ in blocks]).tolist() == tracks
    np.testing.assert_array_equal(np.concatenate([values for _, values in blocks])[:, 7], tracks)


def test_the_matrix_since_a_moment(store, tracks):
    store.put("fma", {tracks[0]: vector(1), tracks[3]: vector(3)})
    assert [ids.tolist() for ids, _ in store.matrix("fma", since=LONG_AGO)] == [[tracks[0], tracks[3]]]
    [(_, values)] = store.matrix("fma", since=LONG_AGO)
    np.testing.assert_array_equal(values[:, 0], [1, 3])
    assert list(store.matrix("fma", since=datetime.now(UTC) + timedelta(hours=1))) == []


def test_the_same_vector_again_is_no_change(store, tracks):
    store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(1)})
    time.sleep(TICK)
    before = datetime.now(UTC)
    assert store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(2)}) == 2
    assert [ids.tolist() for ids, _ in store.matrix("fma", since=before)] == [[tracks[1]]]


def test_tracks_that_the_catalogue_does_not_have_are_left_out(store, tracks):
    unknown = tracks[-1] + 1
    assert store.put("fma", {unknown: vector(1), tracks[0]: vector(1)}) == 1
    store.put_problem("fma", unknown, "silent")
    assert list(store.get("fma", [unknown, *tracks])) == [tracks[0]]


def test_features_go_with_their_track(store, tracks, django_capture_on_commit_callbacks):
    store.put("fma", {track_id: vector(1) for track_id in tracks})
    store.put_problem("echonest", tracks[1], "silent")
    with django_capture_on_commit_callbacks(execute=True):
        Track.objects.get(pk=tracks[0]).delete()
        Track.objects.filter(pk__in=tracks[1:3]).delete()
    assert sorted(store.get("fma", tracks)) == tracks[3:]
    assert store.counts("echonest") == Counts(0, 0)
    assert store.sweep() == 0


def test_features_stay_with_a_track_whose_deletion_was_taken_back(store, tracks, django_capture_on_commit_callbacks):
    store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(1)})
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Track.objects.get(pk=tracks[0]).delete()
            raise ZeroDivisionError
        Track.objects.get(pk=tracks[1]).delete()
    assert list(store.get("fma", tracks)) == [tracks[0]]


def test_what_is_forgotten_is_gone_in_every_family(store, tracks):
    store.put("fma", {track_id: vector(1) for track_id in tracks})
    store.put_problem("echonest", tracks[0], "silent")
    store.put("echonest", {tracks[1]: np.arange(8.0)})
    store.forget(tracks[:2])
    assert sorted(store.get("fma", tracks)) == tracks[2:]
    assert store.counts("echonest") == Counts(0, 0)


def test_vectors_and_problems_are_counted_apart(store, tracks):
    store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(1)})
    store.put_problem("fma", tracks[2], "silent")
    store.put_problem("echonest", tracks[0], "silent")
    assert store.counts("fma") == Counts(vectors=2, problems=1)
    assert store.counts("echonest") == Counts(vectors=0, problems=1)


def test_vectors_put_since_a_moment_are_counted(store, tracks):
    store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(1)})
    time.sleep(TICK)
    moment = datetime.now(UTC)
    assert store.count("fma", since=moment) == 0
    store.put("fma", {tracks[1]: vector(2), tracks[2]: vector(2)})
    assert (store.count("fma", since=moment), store.count("fma", since=LONG_AGO), store.count("fma")) == (2, 3, 3)


def test_the_newest_is_when_the_last_vector_was_put(store, tracks):
    assert store.newest("fma") is None
    store.put("fma", {tracks[1]: vector(1)})
    time.sleep(TICK)
    between = datetime.now(UTC)
    store.put("fma", {tracks[0]: vector(1)})
    store.put_problem("fma", tracks[2], "silent")
    after = datetime.now(UTC)
    assert between - timedelta(milliseconds=1) < store.newest("fma") <= after
    assert store.newest("echonest") is None


def test_problems_are_listed_the_newest_first(store, tracks):
    before = datetime.now(UTC)
    for number, track_id in enumerate(tracks):
        store.put_problem("fma", track_id, f"too short: {number} s")
        time.sleep(TICK)
    store.put("fma", {tracks[4]: vector(1)})
    found = store.problems("fma")
    assert [(problem.track_id, problem.reason) for problem in found] == [
        (tracks[number], f"too short: {number} s") for number in (3, 2, 1, 0)
    ]
    assert before - timedelta(milliseconds=1) < found[-1].at < found[0].at <= datetime.now(UTC)
    assert [problem.track_id for problem in store.problems("fma", offset=1, limit=2)] == [tracks[2], tracks[1]]
    assert store.problems("fma", limit=0) == store.problems("echonest") == []


def test_reasons_are_counted_without_their_details(store, tracks):
    for track_id, reason in zip(tracks, ("too short: 1 s", "silent", "too short: 2 s", "a", "too short"), strict=True):
        store.put_problem("fma", track_id, reason)
    assert list(store.problem_reasons("fma").items()) == [("too short", 3), ("a", 1), ("silent", 1)]
    assert store.problem_reasons("echonest") == {}


def test_tracks_whose_problem_is_forgotten_are_missing_again(store, tracks):
    store.put("fma", {tracks[0]: vector(1)})
    for track_id in tracks[1:]:
        store.put_problem("fma", track_id, "silent")
        store.put_problem("echonest", track_id, "silent")
    assert store.forget_problems("fma", tracks[:3]) == 2
    assert store.missing("fma", 10) == [tracks[2], tracks[1]]
    assert store.forget_problems("fma") == 2
    assert store.forget_problems("fma") == 0
    assert (store.counts("fma"), store.counts("echonest")) == (Counts(1, 0), Counts(0, 4))


@pytest.mark.parametrize(
    ("bad", "message"),
    [(np.zeros(517), r"shape \(518,\), not \(517,\)"), (np.full(518, np.nan), "not finite")],
)
def test_a_bad_vector_keeps_out_its_whole_batch(store, tracks, bad, message):
    with pytest.raises(ValueError, match=f"track {tracks[1]}: .*{message}"):
        store.put("fma", {tracks[0]: vector(1), tracks[1]: bad})
    assert store.count("fma") == 0


def test_an_unknown_family(store, tracks):
    with pytest.raises(KeyError, match="lyrics"):
        store.put("lyrics", {tracks[0]: vector(1)})
    with pytest.raises(KeyError, match="lyrics"):
        store.missing("lyrics", 1)
    for method in (
        store.count,
        store.counts,
        store.newest,
        store.problems,
        store.problem_reasons,
        store.forget_problems,
    ):
        with pytest.raises(KeyError, match="lyrics"):
            method("lyrics")
    with pytest.raises(KeyError, match="lyrics"):
        store.put_problem("lyrics", tracks[0], "silent")
    with pytest.raises(KeyError, match="lyrics"):
        store.get("lyrics", tracks)
    with pytest.raises(KeyError, match="lyrics"):
        next(store.matrix("lyrics"))


def test_more_tracks_than_one_statement_takes(store, artist):
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(2_000))
    ids = list(Track.objects.values_list("pk", flat=True))
    assert store.put("fma", {track_id: vector(track_id) for track_id in ids}) == 2_000
    assert len(store.get("fma", ids)) == 2_000


def test_the_setting_picks_the_store(settings):
    settings.FEATURE_STORE_URL = "embedded:"
    assert isinstance(feature_store(), EmbeddedFeatureStore)
    settings.FEATURE_STORE_URL = "carrier-pigeon://roof"
    with pytest.raises(ImproperlyConfigured, match="FEATURE_STORE_URL: 'carrier-pigeon://roof' .*embedded:"):
        feature_store()


def test_a_url_names_one_store_a_process():
    assert feature_store("embedded:") is feature_store("embedded:")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("embedded:", "embedded:"),
        (
            "mongodb://listener:secret@one:27017,two/fma?tlsCertificateKeyFilePassword=secret",
            "mongodb://one:27017,two/fma",
        ),
        ("mongodb://listener:se@cret:/secret@one/fma", "mongodb://one/fma"),
        ("mongodb:listener:secret@one", "mongodb:one"),
    ],
)
def test_what_is_shown_of_a_url_has_no_secret(url, shown):
    assert without_secrets(url) == shown
