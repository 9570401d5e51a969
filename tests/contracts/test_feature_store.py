"""What every feature store does."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from recommender.features.embedded import EmbeddedFeatureStore
from recommender.features.store import feature_store
from streaming.models import Track

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(params=[EmbeddedFeatureStore], ids=["embedded"])
def store(request):
    return request.param(f"{request.param.__name__}:")


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
    before = datetime.now(UTC)
    assert store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(2)}) == 2
    assert [ids.tolist() for ids, _ in store.matrix("fma", since=before)] == [[tracks[1]]]


def test_tracks_that_the_catalogue_does_not_have_are_left_out(store, tracks):
    unknown = tracks[-1] + 1
    assert store.put("fma", {unknown: vector(1), tracks[0]: vector(1)}) == 1
    store.put_problem("fma", unknown, "silent")
    assert list(store.get("fma", [unknown, *tracks])) == [tracks[0]]


def test_features_go_with_their_track(store, tracks):
    store.put("fma", {tracks[0]: vector(1), tracks[1]: vector(2)})
    Track.objects.get(pk=tracks[0]).delete()
    assert store.count("fma") == 1


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
    with pytest.raises(KeyError, match="lyrics"):
        store.count("lyrics")


def test_more_tracks_than_one_statement_takes(store, artist):
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(2_000))
    ids = list(Track.objects.values_list("pk", flat=True))
    assert store.put("fma", {track_id: vector(track_id) for track_id in ids}) == 2_000
    assert len(store.get("fma", ids)) == 2_000


def test_the_setting_picks_the_store(settings):
    settings.FEATURE_STORE_URL = "embedded:"
    assert isinstance(feature_store(), EmbeddedFeatureStore)
    settings.FEATURE_STORE_URL = "carrier-pigeon://roof"
    with pytest.raises(ImproperlyConfigured, match="FEATURE_STORE_URL is 'carrier-pigeon://roof'.*embedded:"):
        feature_store()
