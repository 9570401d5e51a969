"""The lake on real object storage: written by the log's reader, trained from, and never short of an event."""

import threading
from contextlib import closing

import pytest
from django.core.management import call_command

from recommender.models import ModelRun
from streaming.events import event_log
from streaming.lake import LakeUnavailable, lake
from streaming.models import Play
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake
from tests.streaming.events.kafka.likes import like
from workers.lake import LakeConsumer

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def on_objects(objects, settings, tmp_path):
    settings.LAKE_URL, settings.LAKE_STORAGE = objects.url(tmp_path.name), objects.storage
    return objects


def test_models_learn_from_it(on_objects):
    make_tastes()
    fill_lake()
    Play.objects.all().delete()
    call_command("train", algorithm=["ease"])
    run = ModelRun.objects.get(algorithm="ease")
    assert (run.status, run.data["lake_version"]) == (ModelRun.Status.PUBLISHED, lake().version())


def test_storage_that_is_killed_loses_nothing_and_repeats_nothing(on_objects):
    """Killed in the middle of commits, and away for a while; whoever writes begins again until it answers."""
    count, failures = 60, 0
    restarting = threading.Thread(target=lambda: (on_objects.kill(), on_objects.run()))

    def write() -> bool:
        with closing(LakeConsumer()) as consumer:
            return consumer.run_cycle() > 0

    for number in range(1, count + 1):
        event_log().append([like(number)])
        if number == 20:
            restarting.start()
        try:
            write()
        except LakeUnavailable as error:
            failures += 1
            assert "the lake at s3://" in str(error)
    restarting.join()
    assert failures, "it was not away"
    while write():
        pass
    tracks = sorted(track for batch in lake().read(["track_id"]) for track in batch["track_id"].to_pylist())
    assert tracks == [*range(1, count + 1)]
