"""The cache on a real Redis, and without it."""

import time

import pytest
from django.core.cache import caches

from streaming import cache as module


@pytest.fixture
def cache(settings, redis):
    module.RedisCache.away_until, module.RedisCache.is_away = 0.0, False
    settings.CACHES = {"default": {"BACKEND": "streaming.cache.RedisCache", "LOCATION": redis.url(2)}}
    return caches["default"]


def test_it_keeps_what_it_is_given(cache):
    assert cache.add("shelf", "one", 60)
    assert not cache.add("shelf", "two", 60)
    assert cache.get("shelf") == "one"
    assert cache.get_or_set("other", lambda: "made", 60) == "made"
    assert cache.get_many(["shelf", "other", "none"]) == {"shelf": "one", "other": "made"}
    assert cache.delete("shelf")
    assert cache.get("shelf", "gone") == "gone"


def test_without_redis_there_is_nothing_in_it_and_nothing_fails(cache, redis, caplog):
    cache.set("shelf", "one", 60)
    redis.stop()
    try:
        assert cache.get("shelf", "nothing") == "nothing"
        assert cache.add("shelf", "two", 60)
        assert cache.get_or_set("shelf", lambda: "made", 60) == "made"
        assert cache.get_many(["shelf"]) == {}
        assert not cache.delete("shelf")
        cache.set("shelf", "three", 60)
        assert [record.message for record in caplog.records if "away" in record.message][1:] == []
    finally:
        redis.run()
    time.sleep(module.LEFT_ALONE)
    cache.set("shelf", "four", 60)
    assert cache.get("shelf") == "four"
    assert "the cache is back" in caplog.text
