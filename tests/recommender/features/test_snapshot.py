import numpy as np
import pytest

from recommender.features.snapshot import Snapshot
from recommender.features.store import feature_store
from recommender.models import TrackFeatures
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db


def test_all_rows_of_a_family_by_track(tmp_path):
    tracks = make_tracks(5)
    values = np.random.default_rng(1).normal(size=(5, 518)).astype(np.float32)
    feature_store().put("fma", {track.pk: row for track, row in zip(tracks, values, strict=True)})
    feature_store().put("echonest", {tracks[0].pk: np.ones(8)})
    read = Snapshot.of(feature_store(), "fma", tmp_path)
    assert read.ids.tolist() == [track.pk for track in tracks]
    np.testing.assert_array_equal(read.matrix, values)
    assert read.gaps == 0


def test_what_changes_afterwards_does_not_change_it_and_no_file_is_left(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (track,) = make_tracks(1)
    feature_store().put("fma", {track.pk: np.ones(518)})
    read = Snapshot.of(feature_store(), "fma", folder)
    feature_store().put("fma", {track.pk: np.zeros(518)})
    assert (read.matrix == 1).all()
    assert list(folder.iterdir()) == []


def test_gaps_are_counted(tmp_path):
    (track,) = make_tracks(1)
    feature_store().put("echonest", {track.pk: np.ones(8)})
    bad = np.array([1, np.nan, np.inf, -np.inf, 0, 0, 0, 0], dtype=np.float32)
    TrackFeatures.objects.update(vector=bad.tobytes())
    assert Snapshot.of(feature_store(), "echonest", tmp_path).gaps == 3


def test_a_family_without_features(tmp_path):
    read = Snapshot.of(feature_store(), "fma", tmp_path)
    assert read.matrix.shape == (0, 518)
    assert len(read.ids) == 0
