"""The cache on Redis, which is never what stops a page: while Redis is away there is just nothing in it."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends import redis as django_redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)

# Seconds for which a Redis that did not answer is not asked again: a page asks several times, and waits each time.
LEFT_ALONE = 2.0


def _or(answer: Callable[..., Any]) -> Callable:
    """The method's answer while Redis is away, from the arguments that follow the key."""

    def decorated(method: Callable) -> Callable:
        @wraps(method)
        def attempt(self: "RedisCache", *args, **kwargs):
            if time.monotonic() < self.away_until:
                return answer(*args, **kwargs)
            try:
                result = method(self, *args, **kwargs)
            except (RedisConnectionError, RedisTimeoutError) as error:
                self.went(error)
                return answer(*args, **kwargs)
            self.came()
            return result

        return attempt

    return decorated


class RedisCache(django_redis.RedisCache):
    """Django's, whose reads find nothing and whose writes keep nothing while Redis is away; said once an absence."""

    away_until = 0.0
    is_away = False

    def went(self, error: Exception) -> None:
        # Of the class: Django makes a cache for each thread.
        RedisCache.away_until = time.monotonic() + LEFT_ALONE
        if not RedisCache.is_away:
            RedisCache.is_away = True
            logger.error("the cache is away, and pages are made without it: %s", error)

    def came(self) -> None:
        if RedisCache.is_away:
            RedisCache.is_away = False
            logger.warning("the cache is back")

    # Nobody else holds the key, for all that can be known.
    add = _or(lambda key, value, *args, **kwargs: True)(django_redis.RedisCache.add)
    get = _or(lambda key, default=None, *args, **kwargs: default)(django_redis.RedisCache.get)
    get_many = _or(lambda keys, *args, **kwargs: {})(django_redis.RedisCache.get_many)
    has_key = _or(lambda key, *args, **kwargs: False)(django_redis.RedisCache.has_key)
    set = _or(lambda key, value, *args, **kwargs: None)(django_redis.RedisCache.set)
    set_many = _or(lambda data, *args, **kwargs: list(data))(django_redis.RedisCache.set_many)
    touch = _or(lambda key, *args, **kwargs: False)(django_redis.RedisCache.touch)
    delete = _or(lambda key, *args, **kwargs: False)(django_redis.RedisCache.delete)
    delete_many = _or(lambda keys, *args, **kwargs: None)(django_redis.RedisCache.delete_many)
