"""URLs of the environment: what they mean, and what is said of wrong ones."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from musicapp import backends

VAR = Path("/var/lib/music")


def test_the_defaults_need_no_server():
    assert backends.database("", VAR)["NAME"] == "/var/lib/music/db.sqlite3"
    assert backends.cache("memory:")["BACKEND"].endswith("LocMemCache")
    assert backends.channel_layer("memory:")["BACKEND"].endswith("EmbeddedChannelLayer")
    assert backends.broker_options("memory://localhost") == {"polling_interval": 0.01}


def test_postgresql_has_a_pool_and_keeps_no_connection_beside_it():
    found = backends.database("postgres://ada:secret@db:5433/music?sslmode=require", VAR)
    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == ("db", 5433, "music", "ada")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == backends.MOST_CONNECTIONS
    assert found["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    ("name", "read", "url"),
    [
        ("DATABASE_URL", lambda url: backends.database(url, VAR), "postgress://ada:secret@db/music"),
        ("DATABASE_URL", lambda url: backends.database(url, VAR), "mysql://ada:secret@db/music"),
        ("CACHE_URL", backends.cache, "memcached://ada:secret@cache"),
        ("CACHE_URL", backends.cache, "redis"),
        ("CHANNEL_LAYER_URL", backends.channel_layer, "amqp://ada:secret@rabbit"),
        ("CELERY_BROKER_URL", backends.broker_options, "amqp://ada:secret@rabbit"),
    ],
)
def test_a_wrong_url_is_named_without_its_password(name, read, url):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(url)
    assert str(refused.value).startswith(f"{name} is {url.replace('secret', '…')!r}; it must be ")
    assert "secret" not in str(refused.value)


def test_workers_of_another_process_need_a_cache_and_a_channel_layer_that_they_share():
    with pytest.raises(ImproperlyConfigured, match="CHANNEL_LAYER_URL is 'memory:'"):
        backends.check_shared(broker="redis://one/0", cache="redis://one/1", channel_layer="memory:")
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL is 'memory:'"):
        backends.check_shared(broker="redis://one/0", cache="memory:", channel_layer="redis://one/2")
    backends.check_shared(broker="redis://one/0", cache="redis://one/1", channel_layer="redis://one/2")
    backends.check_shared(broker="memory://localhost", cache="memory:", channel_layer="memory:")
