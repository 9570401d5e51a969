"""A JVM that is killed right after its start and in the middle of a training, in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

TRAINING = """
import json, os, signal, sys, threading, time

import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)

from pyspark import SparkContext
from pyspark.sql import SparkSession
from recommender import artefacts, spark
from recommender.models import ModelRun
from recommender.pipeline import train
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake, publish_als

def kill():
    # The first session is there once Spark has started.
    while SparkSession._instantiatedSession is None:
        time.sleep(0.05)
    time.sleep(float(sys.argv[1]))
    os.kill(SparkContext._gateway.proc.pid, signal.SIGKILL)

tastes = make_tastes(listeners=60)
before = publish_als(tastes.groups[0], [[1.0]] * 10)
fill_lake()
killer = threading.Thread(target=kill)
killer.start()
report = train(["ease", "als"])
killer.join()
with spark.session() as session:
    again = session.range(3).count()
print(json.dumps({
    "published": [run.algorithm for run in report.runs],
    "failed": list(report.failed),
    "problem": ModelRun.objects.get(algorithm="als", status="failed").problem,
    "old_serves": artefacts.current("als").run_id == before.pk,
    "files": sorted(path.name for path in artefacts.folder(before).parent.iterdir()) == [str(before.pk)],
    "again": again,
}))
"""


@pytest.mark.spark
@pytest.mark.parametrize("seconds", ["0", "1"])
def test_it_costs_its_own_model_alone(tmp_path, seconds):
    environment = os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "musicapp.settings"}
    command = [sys.executable, "-c", TRAINING, seconds]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["published"], found["failed"]) == (["ease"], ["als"])
    assert found["problem"].startswith("SparkDied: Spark's Java ended by itself, with -9; its last words are in ")
    assert found["old_serves"]
    assert found["files"]
    # The next training starts a Spark of its own.
    assert found["again"] == 3
