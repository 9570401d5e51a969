"""Clients of brokers that are away, or take a connection and never answer."""

import gc
import socket
import threading
import warnings
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from streaming.events import EventLogUnavailable
from streaming.events.kafka.address import Address
from streaming.events.kafka.broker import connected, speaking


@pytest.fixture
def silent() -> Address:
    """Of a server that takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield Address((f"127.0.0.1:{server.getsockname()[1]}",), "playback-events")


@pytest.mark.parametrize("kind", [KafkaProducer, KafkaConsumer, KafkaAdminClient])
def test_a_client_that_finds_no_broker_leaves_nothing_behind(silent, kind):
    before = set(threading.enumerate())
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(EventLogUnavailable, match="did not answer"), speaking(silent):
            connected(kind, silent)
        gc.collect()
    assert set(threading.enumerate()) == before
    assert [str(one.message) for one in said if issubclass(one.category, ResourceWarning)] == []
