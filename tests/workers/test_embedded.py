"""Celery workers in threads of one process."""

import os
import subprocess
import sys
import threading

import pytest
from celery import shared_task

from tests.service import PROJECT
from workers import embedded

PATIENCE = 30
training_may_end = threading.Event()
done = threading.Semaphore(0)
names = []


@shared_task
def long_training():
    training_may_end.wait(PATIENCE)
    names.append(threading.current_thread().name)
    done.release()


@shared_task
def quick_refresh():
    names.append(threading.current_thread().name)
    done.release()


@pytest.fixture
def workers():
    with embedded._workers():
        yield


@pytest.mark.django_db(transaction=True)
def test_a_refresh_does_not_wait_behind_a_training(workers):
    long_training.apply_async(queue="training")
    quick_refresh.delay()
    assert done.acquire(timeout=PATIENCE)
    assert names == ["celery-refresh"]
    training_may_end.set()
    assert done.acquire(timeout=PATIENCE)
    assert names == ["celery-refresh", "celery-training"]


CRASHING = """
import signal, time
import django
django.setup()
from workers import embedded
signal.signal(signal.SIGTERM, signal.default_int_handler)
with embedded.running(with_demo=False):
    time.sleep(60)
"""


def test_a_thread_that_crashes_ends_the_service(tmp_path):
    environment = {"DJANGO_SETTINGS_MODULE": "musicapp.settings", "VAR_DIR": str(tmp_path), "EVENT_LOG_URL": "nowhere:"}
    ended = subprocess.run(
        [sys.executable, "-c", CRASHING],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "EVENT_LOG_URL is 'nowhere:'; its scheme must be 'embedded'" in ended.stderr
    assert "ThreadCrashed: the thread consumer ended by an error" in ended.stderr
