import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest
from django.db import connection
from django.db.models.signals import post_save
from django.utils import timezone

from recommender import artefacts
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import Content, content
from recommender.algorithms.newer import OVERLAP
from recommender.features.columns import digest
from recommender.features.store import FeatureStoreUnavailable, feature_store
from recommender.features.transform import TransformMismatch
from recommender.models import ModelRun, TrackFeatures
from recommender.vectors import choice
from streaming.models import Artist, Track
from tests.services.mongo import MongoStandIn

CLUSTERS, MEMBERS = 5, 12
pytestmark = pytest.mark.django_db


def sound(cluster: int, member: int) -> np.ndarray:
    """Features around one of five points far from each other, in columns of very different scales."""
    centre = np.random.default_rng(cluster).normal(size=518)
    return ((centre + 0.1 * np.random.default_rng([cluster, member]).normal(size=518)) * SCALES).astype(np.float32)


SCALES = 10.0 ** np.random.default_rng(99).uniform(-3, 4, 518)


def make_clusters(artist: Artist) -> list[list[int]]:
    ids = [[] for _ in range(CLUSTERS)]
    for member in range(MEMBERS):
        for cluster in range(CLUSTERS):
            ids[cluster].append(new_track(artist, cluster, member))
    return ids


def new_track(artist, cluster: int, member: int) -> int:
    track = Track.objects.create(title=f"{cluster}-{member}", artist=artist)
    feature_store().put("fma", {track.pk: sound(cluster, member)})
    return track.pk


@pytest.fixture
def clusters(artist) -> list[list[int]]:
    """Track ids, cluster by cluster; made turn by turn, so that neighbours by id are of different clusters."""
    return make_clusters(artist)


@pytest.fixture
def server(mongo, tmp_path, settings) -> Iterator[MongoStandIn]:
    """A feature store that can go away and come back with what it had."""
    server = MongoStandIn(mongo.jars, tmp_path / "mongo.mv")
    server.start()
    settings.FEATURE_STORE_URL = server.url("fma") + "?serverSelectionTimeoutMS=1500"
    yield server
    feature_store().close()
    server.kill()


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
    assert run.data == {"tracks": 60, "fitted_on": 60, "gaps": 0, "columns": digest("fma")}
    # Five clusters span four dimensions; noise of a tenth of their spread has a hundredth of the variance, and more
    # than half of that is kept to reach 99 %.
    assert 4 < run.metrics["dimensions"] < 59
    assert run.metrics["explained_variance"] == pytest.approx(0.99, abs=0.002)
    assert (run.metrics["kind"], run.metrics["recall@10"]) == ("annoy", 1.0)
    assert {"trees", "search_k", "query_p50_ms", "query_p99_ms"} <= set(run.metrics)
    origin = content().transform.origin
    assert (origin.version, origin.family, origin.tracks) == (run.pk, "fma", 60)


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
    model.newer.look(at_once=True)
    assert newer in model.similar(clusters[2][0], MEMBERS)[0]


def test_what_was_taken_in_stays_and_is_not_read_again(clusters, artist):
    Content.train()
    newer = new_track(artist, 2, MEMBERS)
    model = content()
    model.newer.look(at_once=True)
    TrackFeatures.objects.filter(track=newer).update(updated_at=timezone.now() - 2 * OVERLAP)
    index = model.newer.index
    another = new_track(artist, 3, MEMBERS)
    model.newer.look(at_once=True)
    assert model.newer.index is not index
    assert model.newer.index.ids.tolist() == [newer, another]
    index = model.newer.index
    model.newer.look(at_once=True)
    assert model.newer.index is index


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


@pytest.fixture
def crowd(artist) -> None:
    new_crowd(artist, 400)


def new_crowd(artist: Artist, count: int) -> None:
    """Tracks of which none is like another: more than one leaf of a forest holds."""
    tracks = Track.objects.bulk_create(Track(title=f"{number} of many", artist=artist) for number in range(count))
    feature_store().put("fma", {track.pk: sound(1_000 + track.pk, 0) for track in tracks})


class Hurried(Content):
    """Content with no time to look at more than one leaf."""

    limits = choice.Limits(trees=(1,), search_k=(1,), milliseconds=0)


def test_an_index_that_finds_too_little_serves_only_where_there_is_no_other(crowd):
    poor = Hurried.train()
    assert (poor.status, poor.metrics["recall@10"] < choice.RECALL) == (ModelRun.Status.PUBLISHED, True)
    good = Content.train()
    rejected = Hurried.train()
    assert rejected.status == ModelRun.Status.REJECTED
    assert rejected.problem.startswith(f"run {good.pk} goes on to serve, as of the new index recall@10 is 0.")
    assert rejected.metrics["recall@10"] < choice.RECALL
    assert not artefacts.folder(rejected).exists()
    assert artefacts.published_run("content") == good


def test_what_a_rejected_index_has_looked_at_does_not_call_for_another(crowd, artist):
    Content.train()
    new_crowd(artist, 40)
    assert Content.is_due()
    assert Hurried.train().status == ModelRun.Status.REJECTED
    assert not Content.is_due()


def test_two_tracks_are_enough(artist):
    first, second = new_track(artist, 0, 0), new_track(artist, 1, 0)
    Content.train()
    assert content().similar(first, 10)[0].tolist() == [second]


def test_values_that_are_no_numbers_in_an_old_row_are_gaps(clusters):
    """Stored before the store refused them."""
    broken = sound(0, 3)
    broken[:200:2], broken[1:200:2] = np.nan, np.inf
    TrackFeatures.objects.filter(track=clusters[0][3]).update(vector=broken.tobytes())
    run = Content.train()
    assert run.data["gaps"] == 200
    assert sorted(content().similar(clusters[0][0], MEMBERS - 1)[0].tolist()) == clusters[0][1:]
    assert clusters[0][0] in content().similar(clusters[0][3], MEMBERS - 1)[0]


def test_a_column_of_gaps_and_a_constant_one(clusters):
    for members in clusters:
        for track_id, vector in feature_store().get("fma", members).items():
            vector = vector.copy()
            vector[7], vector[8] = np.nan, 3.0
            TrackFeatures.objects.filter(track=track_id).update(vector=vector.tobytes())
    Content.train()
    assert sorted(content().similar(clusters[1][0], MEMBERS - 1)[0].tolist()) == clusters[1][1:]


def test_a_store_that_goes_away_while_it_is_read_leaves_the_old_model(server, artist):
    clusters = make_clusters(artist)
    old = Content.train()
    new_track(artist, 0, MEMBERS)

    def kill(**signal) -> None:
        server.kill()

    post_save.connect(kill, sender=ModelRun)
    try:
        with pytest.raises(FeatureStoreUnavailable):
            Content.train()
    finally:
        post_save.disconnect(kill, sender=ModelRun)
    failed = ModelRun.objects.get(status=ModelRun.Status.FAILED)
    assert "FeatureStoreUnavailable: the feature store mongodb://127.0.0.1" in failed.problem
    assert not list(artefacts.folder(failed).parent.glob("*.partial"))
    assert content().run_id == old.pk
    assert sorted(content().similar(clusters[0][0], MEMBERS - 1)[0].tolist()) == clusters[0][1:]
    server.start()
    assert Content.train().data["tracks"] == 61


def test_while_the_store_is_away_what_is_indexed_is_served_and_nothing_is_due(server, artist, caplog):
    clusters = make_clusters(artist)
    Content.train()
    newer = new_track(artist, 0, MEMBERS)
    server.kill()
    Content._loaded = None
    model = content()
    assert sorted(model.similar(clusters[0][0], MEMBERS - 1)[0].tolist()) == clusters[0][1:]
    assert len(model.similar(newer, 5)[0]) == 0
    assert not Content.is_due()
    # Once for all questions: nobody waits for it again and again.
    assert caplog.text.count("newer tracks are like none for now") == 1
    assert "content cannot be trained" in caplog.text
    server.start()
    model.newer.look(at_once=True)
    assert newer in model.similar(clusters[0][0], MEMBERS)[0]


def test_a_model_of_other_columns_is_out_of_use_and_due(clusters, caplog):
    run = Content.train()
    file = artefacts.folder(run) / "transform.json"
    described = json.loads(file.read_text()) | {"columns": "of another version"}
    file.write_text(json.dumps(described))
    assert content() is content() is None
    assert Content.is_due()
    assert caplog.text.count("content is out of use") == 1
    Content.train()
    assert content().similar(clusters[0][0], 1)[0].tolist()


def test_an_index_that_is_not_of_its_transform_is_refused(clusters):
    run = Content.train()
    folder = artefacts.folder(run)
    choice.build(folder, np.array(clusters[0]), np.random.default_rng(1).normal(size=(MEMBERS, 3)))
    with pytest.raises(TransformMismatch, match="the index has 3 dimensions, and the transform"):
        Content.load(artefacts.current("content"))


@pytest.fixture
def database_file(transactional_db, tmp_path) -> Iterator[None]:
    """The database in a file, as the service has it; one in memory cannot be read while a row is written."""
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield  # which has no such trouble
        return
    name, in_memory = connection.settings_dict["NAME"], connection.connection
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
        in_memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, tmp_path / "db.sqlite3"
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


@dataclass
class Asking(threading.Thread):
    """Asks for a track's likes again and again until it is told to stop."""

    track_id: int
    stopped: threading.Event

    def __post_init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[int, list[int]]] = []

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stopped.is_set():
            model = content()
            self.answers.append((model.run_id, sorted(model.similar(self.track_id, MEMBERS - 1)[0].tolist())))
        connection.close()


@pytest.fixture
def asking(database_file) -> Iterator[Callable[[int], list[Asking]]]:
    """Starts two threads that ask for the likes of a track, and stops them."""
    stopped, threads = threading.Event(), []

    def start(track_id: int) -> list[Asking]:
        threads.extend(Asking(track_id, stopped) for _ in range(2))
        for thread in threads:
            thread.start()
        return threads

    yield start
    stopped.set()
    for thread in threads:
        thread.join()


def test_queries_go_on_over_several_trainings(asking):
    clusters = make_clusters(Artist.objects.create(name="Karissa Hobbs"))
    Content.train()
    threads = asking(clusters[0][0])
    last = [Content.train().pk for _ in range(4)][-1]
    while not all(thread.answers and thread.answers[-1][0] == last for thread in threads):
        assert all(thread.is_alive() for thread in threads)
    answers = [answer for thread in threads for answer in thread.answers]
    assert len({run_id for run_id, _ in answers}) > 1
    assert all(found == clusters[0][1:] for _, found in answers)
