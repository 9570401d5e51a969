"""An event can be followed from its HTTP request to the push, by one id in every log line."""

import logging
import logging.handlers
import time
import uuid
from contextlib import contextmanager

import pytest
from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer
from django.test import Client

from recommender import live
from recommender.algorithms.popularity import Popularity
from recommender.online import catalogue
from streaming.request_id import HEADER, RequestIdFilter, working_on
from tests.recommender.world import heard, make_tracks
from workers import embedded
from workers.consumer import HistoryConsumer

PATIENCE = 30
ID = "edge-4711.0001"


@contextmanager
def debug_lines():
    """What the service logs, from `debug` on."""
    handler = logging.handlers.BufferingHandler(10_000)
    handler.addFilter(RequestIdFilter())
    loggers = [logging.getLogger(name) for name in ("streaming", "workers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield handler.buffer
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.mark.django_db(transaction=True)
def test_every_line_on_an_events_way_carries_its_requests_id():
    known, *_ = make_tracks(4)
    catalogue.forget()  # what another test's refresh read
    Popularity.train(heard())
    event = {
        "event_id": str(uuid.uuid4()),
        "kind": "liked",
        "track_id": known.pk,
        "occurred_at": "2026-01-01T00:00:00.000Z",
    }
    client = Client()
    client.get("/")
    current_app.control.purge()  # what other tests asked for, and no worker did
    # Celery's workers set Django up anew as they start, with its logging.
    with embedded._workers(), debug_lines() as lines:
        answer = client.post("/api/v1/events/", event, content_type="application/json", headers={HEADER: ID})
        assert answer.status_code == 202, answer.json()
        HistoryConsumer().run_cycle()
        deadline = time.monotonic() + PATIENCE
        while not ids(lines, "workers.refresh"):
            assert time.monotonic() < deadline, lines
            time.sleep(0.05)
    for logger in ("streaming.playback", "workers.consumer", "workers.refresh"):
        assert ids(lines, logger) == {ID}, logger


def ids(lines: list[logging.LogRecord], logger: str) -> set[str]:
    return {line.request_id for line in lines if line.name == logger and line.levelno == logging.DEBUG}


def test_the_message_to_sockets_carries_it():
    layer, listener = get_channel_layer(), uuid.uuid4()
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(live.group(listener), channel)
    with working_on(ID):
        live.tell(listener)
    assert async_to_sync(layer.receive)(channel)["request_id"] == ID
