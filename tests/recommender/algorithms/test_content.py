import numpy as np
import pytest

from recommender import artefacts
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import Content, content
from recommender.features.store import feature_store
from recommender.models import ModelRun
from streaming.models import Track

CLUSTERS, MEMBERS = 5, 12
pytestmark = pytest.mark.django_db


def sound(cluster: int, member: int) -> np.ndarray:
    """Features around one of five points far from each other, in columns of very different scales."""
    centre = np.random.default_rng(cluster).normal(size=518)
    return ((centre + 0.1 * np.random.default_rng([cluster, member]).normal(size=518)) * SCALES).astype(np.float32)


SCALES = 10.0 ** np.random.default_rng(99).uniform(-3, 4, 518)


def new_track(artist, cluster: int, member: int) -> int:
    track = Track.objects.create(title=f"{cluster}-{member}", artist=artist)
    feature_store().put("fma", {track.pk: sound(cluster, member)})
    return track.pk


@pytest.fixture
def clusters(artist) -> list[list[int]]:
    """Track ids, cluster by cluster; made turn by turn, so that neighbours by id are of different clusters."""
    ids = [[] for _ in range(CLUSTERS)]
    for member in range(MEMBERS):
        for cluster in range(CLUSTERS):
            ids[cluster].append(new_track(artist, cluster, member))
    return ids


def test_similar_tracks_are_those_of_the_cluster(clusters):
    Content.train()
    model = content()
    for members in clusters:
        ids, similarities = model.similar(members[0], MEMBERS - 1)
        assert sorted(ids.tolist()) == members[1:]
        assert (np.diff(similarities) <= 0).all()
        assert similarities[-1] > 0.5


def test_a_run_says_what_it_was_made_of(clusters):
    run = Content.train()
    run.refresh_from_db()
    assert run.status == ModelRun.Status.PUBLISHED
    assert run.data == {"tracks": 60, "fitted_on": 60}
    # 60 tracks span 59 dimensions, which keep all of their variance; and an exact search it is for so few.
    assert run.metrics == {"dimensions": 59, "explained_variance": 1.0, "recall@10": 1.0}
    assert content().transform.version == run.pk


def test_a_newer_track_is_found_before_the_next_training(clusters, artist):
    Content.train()
    newer = new_track(artist, 2, MEMBERS)
    model = Content.load(artefacts.current("content"))
    assert sorted(model.similar(newer, MEMBERS)[0].tolist()) == clusters[2]
    assert newer in model.similar(clusters[2][0], MEMBERS)[0]
    assert newer not in model.similar(clusters[3][0], MEMBERS - 1)[0]


def test_a_loaded_model_takes_in_newer_tracks(clusters, artist):
    Content.train()
    model = content()
    newer = new_track(artist, 2, MEMBERS)
    # Known by its features at once, but not yet offered to others.
    assert sorted(model.similar(newer, MEMBERS)[0].tolist()) == clusters[2]
    model.refresh()
    assert newer in model.similar(clusters[2][0], MEMBERS)[0]


def test_a_rebuild_takes_newer_tracks_into_the_index(clusters, artist):
    Content.train()
    newer = new_track(artist, 2, MEMBERS)
    assert newer not in content().index.vectors([newer])
    run = Content.train()
    assert content().run_id == run.pk
    assert newer in content().index.vectors([newer])


def come(clusters, artist, number):
    new_track(artist, 2, MEMBERS + number)


def go(clusters, artist, number):
    Track.objects.get(pk=clusters[0][number]).delete()


def be_analysed_anew(clusters, artist, number):
    feature_store().put("fma", {clusters[0][number]: sound(1, 1_000 + number)})


@pytest.mark.parametrize("change", [come, go, be_analysed_anew])
def test_due_when_a_twentieth_of_the_tracks_has_changed(clusters, artist, change):
    Content.train()
    twentieth = sum(len(cluster) for cluster in clusters) // 20
    assert not Content.is_due()
    for number in range(twentieth):
        assert not Content.is_due()
        change(clusters, artist, number)
    assert Content.is_due()
    Content.train()
    assert not Content.is_due()


def test_vectors_of_unit_length_for_tracks_in_the_index_and_newer_ones(clusters, artist):
    Content.train()
    newer = new_track(artist, 0, MEMBERS)
    found = content().vectors([clusters[0][0], newer, newer + 1])
    assert sorted(found) == [clusters[0][0], newer]
    for vector in found.values():
        assert np.linalg.norm(vector) == pytest.approx(1, rel=1e-5)


def test_a_track_without_features_is_like_none(clusters, track):
    Content.train()
    ids, similarities = content().similar(track.pk, 10)
    assert len(ids) == len(similarities) == 0


def test_before_the_first_training(artist):
    assert content() is None
    assert not Content.is_due()
    new_track(artist, 0, 0)
    with pytest.raises(NothingToTrainOn, match="two tracks or more, not 1"):
        Content.train()
    assert not ModelRun.objects.exists()
    new_track(artist, 0, 1)
    assert Content.is_due()


def test_two_tracks_are_enough(artist):
    first, second = new_track(artist, 0, 0), new_track(artist, 1, 0)
    Content.train()
    assert content().similar(first, 10)[0].tolist() == [second]


def test_a_sample_is_fitted_on_and_all_are_indexed(clusters):
    """60 tracks are more than twice 25, so that every third is taken."""
    assert Content.train(fitted_on=25).data == {"tracks": 60, "fitted_on": 20}
