"""What a process without pages shows to Prometheus."""

import socket

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from prometheus_client.parser import text_string_to_metric_families

from streaming import metrics
from tests.services.server import free_port


def test_a_process_shows_what_it_counted():
    port = free_port()
    server, thread = metrics.serve(f"127.0.0.1:{port}")
    try:
        before = _consumed(port)
        metrics.EVENTS_OUT.inc(3)
        assert _consumed(port) == before + 3
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_it_shows_nothing_where_no_address_is_given():
    assert metrics.serve("") is None


def test_an_address_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ImproperlyConfigured, match=f"METRICS_LISTEN is '{listen}'"):
            metrics.serve(listen)


def _consumed(port: int) -> float:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").raise_for_status().text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return families["playback_events_consumed"].samples[0].value
