"""What needs no cluster to be seen; tests/services/test_spark.py trains on a real one."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError
from pyspark import SparkContext

from musicapp.environment import Environment
from recommender import artefacts, spark, spark_cluster, spark_lake
from recommender.models import ModelRun
from recommender.pipeline import train
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake, publish_als
from tests.services.server import free_port


@pytest.fixture
def nowhere(settings) -> str:
    """SPARK_MASTER names two masters, and neither is there."""
    settings.SPARK_MASTER = f"spark://127.0.0.1:{free_port()},127.0.0.1:{free_port()}"
    return settings.SPARK_MASTER


@pytest.fixture
def no_session(monkeypatch):
    """As in a process that has not started Java: another test may keep one."""
    monkeypatch.setattr(spark, "_open", None)
    monkeypatch.setattr(spark, "_in_use", False)
    monkeypatch.setattr(SparkContext, "_gateway", None)


@pytest.mark.usefixtures("no_session")
@pytest.mark.django_db
def test_without_its_master_the_old_model_serves_and_other_models_are_trained(nowhere, tmp_path):
    tastes = make_tastes()
    before = publish_als(tastes.groups[0], [[1.0]] * 10)
    fill_lake()
    report = train(["ease", "als"])
    assert [run.algorithm for run in report.runs] == ["ease"]
    problem = ModelRun.objects.get(algorithm="als", status=ModelRun.Status.FAILED).problem
    assert problem.startswith(f"ClusterUnavailable: Spark's master at {nowhere} (SPARK_MASTER) cannot be reached: ")
    assert problem.count("Connection refused") == 2
    assert artefacts.current("als").run_id == before.pk


@pytest.mark.parametrize(
    ("master", "named", "beyond"),
    [
        ("local[*]", False, False),
        ("local", False, False),
        ("spark://127.0.0.1:7077", True, False),
        ("spark://localhost:7077,[::1]:7077", True, False),
        ("spark://localhost:7077,other:7077", True, True),
        ("yarn", True, True),
        ("k8s://https://other:443", True, True),
    ],
)
def test_where_others_have_to_reach_the_driver(settings, master, named, beyond):
    settings.SPARK_MASTER = master
    assert (spark_cluster.is_named(), spark_cluster.is_beyond_loopback()) == (named, beyond)


def test_a_cluster_is_told_how_to_reach_the_driver(settings):
    settings.SPARK_DRIVER_HOST, settings.SPARK_DRIVER_BIND, settings.SPARK_DRIVER_PORT = "outside", "0.0.0.0", 7080
    assert spark_cluster.options() == {}
    settings.SPARK_MASTER = "spark://other:7077"
    told = spark_cluster.options()
    assert (told["spark.driver.host"], told["spark.driver.bindAddress"]) == ("outside", "0.0.0.0")
    assert (told["spark.driver.port"], told["spark.driver.blockManager.port"]) == ("7080", "7081")


@pytest.mark.parametrize("master", ["", "local[]", "spark:7077", "spark://host", "http://host:7077", "mesos://host:1"])
def test_what_is_no_master_is_named(master):
    with pytest.raises(ValidationError, match="spark_master"):
        Environment(_env_file=None, spark_master=master)


def test_a_folder_without_jars_is_named(settings, tmp_path):
    settings.LAKE_READER, settings.SPARK_JARS = "spark", str(tmp_path)
    with pytest.raises(ImproperlyConfigured, match=f"SPARK_JARS is '{tmp_path}'; it has to be a folder of jars"):
        spark_lake.options()


def test_the_account_of_the_lake_is_no_option(settings):
    """Options are on the command line of Java, which every user of the machine can read."""
    settings.LAKE_READER, settings.LAKE_URL = "spark", "s3://lake/events"
    settings.LAKE_STORAGE = {"AWS_SECRET_ACCESS_KEY": "unguessable", "AWS_ENDPOINT_URL": "http://other:9000"}
    options = spark_lake.options()
    assert "unguessable" not in str(options)
    assert "org.apache.hadoop:hadoop-aws:" in options["spark.jars.packages"]
    assert options["spark.hadoop.fs.s3a.path.style.access"] == "true"
    assert spark_lake.environment()["AWS_SECRET_ACCESS_KEY"] == "unguessable"
