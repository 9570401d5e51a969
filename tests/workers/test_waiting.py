"""Requests for refreshes in a real broker's queue, and what becomes of them when it goes."""

import json
import uuid

import pytest
from celery import Celery
from celery._state import get_current_app, set_default_app
from redis import Redis as RedisClient

from workers import waiting

ADA, BOB = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def queue(settings, redis):
    """The listeners for whom a refresh waits in Redis, in the order asked."""
    settings.CACHES = {"default": {"BACKEND": "streaming.cache.RedisCache", "LOCATION": redis.url(2)}}
    waiting._missed.clear()
    before = get_current_app()
    app = Celery("test", broker=redis.url(), set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=redis.url(), broker_transport_options={"global_keyprefix": "celery:"})
    app.set_current()
    app.set_default()
    client = RedisClient.from_url(redis.url(), decode_responses=True)

    def waiting_ones() -> list[uuid.UUID]:
        messages = [json.loads(message) for message in client.lrange("celery:refresh", 0, -1)]
        return [uuid.UUID(json.loads(m["headers"]["argsrepr"].replace("'", '"'))[0]) for m in reversed(messages)]

    yield waiting_ones
    client.close()
    app.close()
    before.set_current()
    set_default_app(before)


def test_one_request_a_listener_waits(queue):
    waiting.ask([ADA, BOB])
    waiting.ask([ADA])
    assert sorted(queue()) == [ADA, BOB]
    waiting.begun(ADA)
    waiting.ask([ADA, BOB])
    assert sorted(queue()) == [ADA, ADA, BOB]


def test_what_could_not_be_asked_is_asked_with_the_next(queue, redis, caplog):
    redis.stop()
    try:
        waiting.ask([ADA])
        waiting.ask([ADA])
        assert caplog.text.count("refreshes are asked for later") == 1
    finally:
        redis.run()
    # The cache looks at Redis again a moment later; until then it lets every request through.
    waiting.ask([BOB])
    assert sorted(queue()) == [ADA, BOB]
