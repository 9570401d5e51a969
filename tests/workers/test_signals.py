"""What follows when an anonymous listener signs in, and when a process of a worker begins."""

import time

import pytest
from billiard import Process
from celery import current_app
from celery.signals import worker_process_init
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender import store
from recommender.algorithms.popularity import Popularity
from recommender.online import catalogue
from streaming.listeners import COOKIE, SALT
from streaming.models import Listener
from tests.recommender.world import heard, make_tracks, play
from workers import embedded, signals

PATIENCE = 30


@pytest.mark.django_db(transaction=True)
def test_signing_in_makes_shelves_from_what_was_heard_before(client, django_user_model, listener):
    known, *_ = make_tracks(4)
    catalogue.forget()  # what another test's refresh read
    Popularity.train(heard())
    play(listener, known)
    user = django_user_model.objects.create_user("ada", password="correct horse")
    client.cookies[COOKIE] = signing.dumps(str(listener.pk), salt=SALT)
    # Workers alone, without the schedule: no training comes to the help.
    with embedded._workers():
        client.post("/login/", {"username": "ada", "password": "correct horse"})
        deadline = time.monotonic() + PATIENCE
        while store.standing(Listener.objects.get(user=user).pk) is None:
            assert time.monotonic() < deadline, "no shelves were made"
            time.sleep(0.05)


@pytest.mark.django_db
@pytest.mark.parametrize(("queue", "is_warm"), [("refresh", True), ("training", False)])
def test_a_process_that_makes_shelves_reads_the_catalogue_before_it_begins(queue, is_warm, monkeypatch):
    monkeypatch.setattr(current_app.amqp.queues, "_consume_from", {queue: None})
    monkeypatch.setattr(signals, "current_process", lambda: Process(name="ForkPoolWorker-1"))
    catalogue.forget()
    with CaptureQueriesContext(connection) as queries:
        worker_process_init.send(sender=None)
    assert any("streaming_track" in query["sql"] for query in queries) == is_warm
