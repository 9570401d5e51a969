"""Celery workers in threads of one process."""

import threading

import pytest
from celery import shared_task

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


def test_a_refresh_does_not_wait_behind_a_training(workers):
    long_training.apply_async(queue="training")
    quick_refresh.delay()
    assert done.acquire(timeout=PATIENCE)
    assert names == ["celery-refresh"]
    training_may_end.set()
    assert done.acquire(timeout=PATIENCE)
    assert names == ["celery-refresh", "celery-training"]
