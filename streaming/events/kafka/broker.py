"""What every conversation with the brokers has in common: how long they are waited for, and how they fail."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.address import Address

# Seconds that the brokers have to answer before they count as away.
PATIENCE = 2.0

Client = TypeVar("Client")


def connected(kind: type[Client], address: Address, **more: Any) -> Client:
    """A client of the brokers: a producer, a consumer or an administrator.

    Raises EventLogUnavailable where no broker takes a connection, and KafkaError where none answers in PATIENCE.
    """
    reach(address)
    networks: list[KafkaNetClient] = []

    def network(**configs: Any) -> KafkaNetClient:
        networks.append(KafkaNetClient(**configs))
        return networks[-1]

    try:
        return kind(**options(address), kafka_client=network, **more)
    except KafkaError:
        # One that finds no broker leaves its thread and its sockets behind (kafka-python 3.0).
        for one in networks:
            one.close()
        raise


def options(address: Address) -> dict[str, Any]:
    """Of every client."""
    return {
        "bootstrap_servers": list(address.brokers),
        "bootstrap_timeout_ms": int(1000 * PATIENCE),
        "reconnect_backoff_max_ms": 1000,
    }


def reach(address: Address) -> None:
    """Raises EventLogUnavailable where no broker takes a connection within PATIENCE, with the reason of each."""
    reasons, deadline = [], time.monotonic() + PATIENCE
    for broker in address.brokers:
        host, _, port = broker.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=max(0.1, deadline - time.monotonic())).close()
            return
        except OSError as error:
            reasons.append(f"{broker}: {error.strerror or error}")
    raise EventLogUnavailable(f"the event log at {address} cannot be reached: {'; '.join(reasons)}")


@contextmanager
def speaking(address: Address) -> Iterator[None]:
    """Raises EventLogUnavailable for what the client says, with the address."""
    try:
        yield
    except KafkaError as error:
        raise EventLogUnavailable(f"the event log at {address} did not answer as it should: {said(error)}") from error


def said(error: KafkaError) -> str:
    text = str(error)
    return text if text and not text.endswith(": None") else type(error).__name__
