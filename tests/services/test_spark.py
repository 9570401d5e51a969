"""Trainings on a real Spark cluster, whose executors see nothing of this machine's disk."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from django.core.management import call_command
from pyspark.sql import SparkSession

from recommender import artefacts, spark, spark_cluster
from recommender.algorithms.als import Als
from recommender.models import ModelRun
from recommender.pipeline import train
from recommender.pipeline.fit import Candidate
from recommender.pipeline.read import read
from recommender.pipeline.reader import read_events
from streaming.events import Kind
from streaming.lake import COLUMNS, LakeUnavailable, lake
from streaming.lake import schema as lake_schema
from streaming.models import Play
from tests.recommender.tastes import make_tastes
from tests.recommender.world import MINUTE, NOON, fill_lake, prepared, publish_als
from tests.services.maven import fetch
from tests.services.server import Unavailable
from tests.services.spark import SMALL, SparkCluster
from tests.services.stack import wait_until

pytestmark = [pytest.mark.services, pytest.mark.spark, pytest.mark.django_db]


@pytest.fixture(scope="module")
def running() -> Iterator[SparkCluster]:
    folder = Path(tempfile.mkdtemp(prefix="spark-"))
    # Its worker is another user.
    folder.chmod(0o755)
    cluster = SparkCluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.kill()
        shutil.rmtree(folder)


@pytest.fixture
def cluster(running, settings, monkeypatch) -> SparkCluster:
    """Trainings run on it."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", SMALL["JDK_JAVA_OPTIONS"])
    settings.SPARK_MASTER = running.url
    return running


def scores(params: dict) -> np.ndarray:
    """Of every listener for every track, by a model with these parameters."""
    ready = prepared()
    return Candidate(Als, params).fit(ready).scores(ready.histories)


def test_a_training_gives_the_model_that_one_here_gives(cluster, settings):
    tastes = make_tastes(listeners=60)
    fill_lake()
    call_command("train", algorithm=["als"])
    run = ModelRun.objects.get(algorithm="als", status=ModelRun.Status.PUBLISHED)
    (application,) = cluster.applications()
    assert (cluster.folder / "work" / application / "0" / "stderr").exists(), "no executor of the cluster worked on it"
    assert artefacts.current("als").run_id == run.pk
    settings.SPARK_MASTER = "local[2]"
    ready = prepared()
    served = Als.current().scorer.scores(ready.histories)
    # The same seed on as many blocks; only the order of additions may differ.
    np.testing.assert_allclose(served, scores(run.params), atol=1e-3)
    groups = np.searchsorted(ready.track_ids, [[track.pk for track in group] for group in tastes.groups])
    best = served.argmax(axis=1)
    for number, listener in enumerate(tastes.listeners):
        assert best[ready.listener_ids.index(listener.pk)] in groups[number % 3]


def test_a_worker_that_falls_and_comes_back_costs_only_time(cluster, settings, tmp_path, monkeypatch):
    make_tastes(listeners=60)
    fill_lake()
    params = {"rank": 8, "iterations": 12}
    expected = scores(params)
    # Executors write as somebody else, into folders that the driver makes.
    (tmp_path / "spark-defaults.conf").write_text("spark.hadoop.fs.permissions.umask-mode 000")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    umask = os.umask(0)
    checkpoints = cluster.folder / "checkpoints"
    checkpoints.mkdir()
    settings.SPARK_CHECKPOINT_URL = checkpoints.as_uri()
    known = cluster.applications()

    def fall() -> None:
        wait_until(lambda: list(checkpoints.glob("*/rdd-*")), "a checkpoint")
        cluster.worker.kill()
        cluster.start_worker()

    falling = threading.Thread(target=fall)
    falling.start()
    try:
        found = scores(params)
    finally:
        os.umask(umask)
        falling.join()
    (application,) = set(cluster.applications()) - set(known)
    executors = [path.name for path in (cluster.folder / "work" / application).iterdir()]
    assert len(executors) > 1, "the worker fell too late"
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert not list(checkpoints.iterdir())


def test_a_training_that_loses_its_executors_ends_and_the_old_model_serves(cluster, monkeypatch):
    """Its only worker falls while it is at work, and none comes in its place."""
    tastes = make_tastes(listeners=60)
    before = publish_als(tastes.groups[0], [[1.0]] * 10)
    fill_lake()

    def fall() -> None:
        wait_until(lambda: SparkSession._instantiatedSession is not None, "a session")
        monkeypatch.setattr(spark_cluster, "EXECUTOR_PATIENCE", 3)
        status = SparkSession._instantiatedSession.sparkContext.statusTracker()
        wait_until(status.getActiveJobsIds, "a job")
        cluster.worker.kill()

    falling = threading.Thread(target=fall)
    falling.start()
    try:
        report = train(["ease", "als"])
    finally:
        falling.join()
        cluster.start_worker()
    assert [run.algorithm for run in report.runs] == ["ease"]
    problem = ModelRun.objects.get(algorithm="als", status=ModelRun.Status.FAILED).problem
    assert problem == (
        f"ClusterUnavailable: Spark's cluster at {cluster.url} (SPARK_MASTER) lost all executors in the middle of the "
        "work, and gave no other in 3 s: the workers' logs say why they ended"
    )
    assert artefacts.current("als").run_id == before.pk
    # The next training finds the worker that has come since; that it starts takes its time.
    monkeypatch.setattr(spark_cluster, "EXECUTOR_PATIENCE", 60)
    with spark.session() as session:
        assert session.range(3).count() == 3


def test_a_session_that_was_left_alone_is_replaced(cluster):
    with spark.kept():
        with spark.session() as first:
            assert first.range(3).count() == 3
        cluster.worker.kill()
        wait_until(lambda: not spark_cluster.has_executors(first.sparkContext), "the loss to be noticed")
        cluster.start_worker()
        with spark.session() as second:
            assert second.range(3).count() == 3


def test_a_cluster_without_room_is_told_and_left(cluster, settings, monkeypatch):
    monkeypatch.setattr(spark_cluster, "EXECUTOR_PATIENCE", 3)
    settings.SPARK_EXECUTOR_MEMORY = "900g"
    told = r"gave no executor in 3 s: .* 900g of memory"
    with pytest.raises(spark_cluster.ClusterUnavailable, match=told), spark.session():
        pass


def test_nothing_listens_beyond_loopback(cluster):
    with spark.session() as session:
        assert session.sparkContext.master == cluster.url
        config = session.sparkContext.getConf()
        assert (config.get("spark.driver.host"), config.get("spark.driver.bindAddress")) == ("127.0.0.1",) * 2


@pytest.fixture
def delta(settings) -> Path:
    """The lake is read by Spark, with these jars."""
    jars = Path(os.environ["VAR_DIR"], "spark-jars").resolve()
    try:
        fetch(jars, Path(__file__).parent / "spark" / "pom.xml", what="delta-spark")
    except Unavailable as lacking:
        pytest.skip(str(lacking))
    settings.LAKE_READER, settings.SPARK_JARS = "spark", str(jars)
    return jars


def read_by(reader: str, settings, **wanted) -> pa.Table:
    """Every column of the lake's events, in the order of the log."""
    settings.LAKE_READER = reader
    table = pa.Table.from_batches(read_events(COLUMNS, **wanted), lake_schema(COLUMNS))
    return table.sort_by("offset")


@pytest.fixture(params=["disk", "objects"])
def seen(request, cluster, settings) -> None:
    """The lake lies where the executors see it."""
    settings.LAKE_URL = (cluster.folder / "lake").as_uri()
    if request.param == "objects":
        objects = request.getfixturevalue("objects")
        settings.LAKE_URL, settings.LAKE_STORAGE = objects.url("seen"), objects.storage


def test_spark_reads_the_same_events(cluster, delta, seen, settings):
    """Of a lake that has been added to, compacted and made to forget."""
    tastes = make_tastes(listeners=9)
    assert list(read_events(COLUMNS, since=None, kinds=list(Kind))) == []
    fill_lake()
    lake().forget([tastes.listeners[0].pk])
    lake().compact()
    Play.objects.all().delete()
    with spark.session():
        for wanted in ({"since": None, "kinds": list(Kind)}, {"since": NOON + 180 * MINUTE, "kinds": [Kind.FINISHED]}):
            here, there = (read_by(reader, settings, **wanted) for reader in ("deltalake", "spark"))
            assert here.num_rows in (8 * 8, 5 * 8)
            assert there.equals(here)
        ready = read()
    assert len(ready.listener_ids) == 8


def test_a_lake_that_executors_do_not_see_is_told(cluster, delta, settings):
    make_tastes(listeners=3)
    fill_lake()
    with pytest.raises(LakeUnavailable, match=r"the lake at file:///.* was not read by Spark: .*(Permission|exist)"):
        read()
