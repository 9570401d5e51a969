"""What every conversation with the brokers has in common: how long they are waited for, and how they fail."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.net.connection import KafkaConnection
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.address import Address

# Seconds that the brokers have to answer before they count as away.
PATIENCE = 2.0

OPTION_OF = {"ca": "ssl_cafile", "certificate": "ssl_certfile", "key": "ssl_keyfile"}

Client = TypeVar("Client")


class _Connections(KafkaConnectionManager):
    """Notes why a connection came to nothing, of which a client that never got one says only that it did not."""

    def __init__(self, net: NetworkSelector, reasons: dict[bool, str], **configs: Any) -> None:
        super().__init__(net, **configs)
        self._reasons = reasons

    def get_connection(self, *arguments: Any, **options: Any) -> KafkaConnection:
        connection = super().get_connection(*arguments, **options)
        connection.init_future.add_errback(self._note)
        return connection

    def _note(self, error: Exception) -> None:
        # The first of its kind, as text: an error would keep the sockets that it came from.
        self._reasons.setdefault(isinstance(error, KafkaConnectionError), said(error))


def connected(kind: type[Client], address: Address, **more: Any) -> Client:
    """A client of the brokers: a producer, a consumer or an administrator.

    Raises EventLogUnavailable where no broker takes a connection, or lets us in, and KafkaError where none answers in
    PATIENCE.
    """
    reach(address)
    networks: list[KafkaNetClient] = []
    # By whether the broker only hung up.
    reasons: dict[bool, str] = {}

    def network(**configs: Any) -> KafkaNetClient:
        selector = NetworkSelector(**configs)
        networks.append(KafkaNetClient(selector, _Connections(selector, reasons, **configs)))
        return networks[-1]

    try:
        return kind(**options(address), kafka_client=network, **more)
    except KafkaError as error:
        # One that finds no broker leaves its thread and its sockets behind (kafka-python 3.0).
        for one in networks:
            one.close()
        if not reasons:
            raise
        # Some brokers only hang up on a wrong password, or do so before they say it.
        reason = reasons.get(False) or reasons[True]
        account = f" as {address.user} by {address.mechanism}" if address.user else ""
        raise EventLogUnavailable(f"the event log at {address} did not answer{account}: {reason}") from error


def options(address: Address) -> dict[str, Any]:
    """Of every client."""
    return {
        "bootstrap_servers": list(address.brokers),
        "bootstrap_timeout_ms": int(1000 * PATIENCE),
        "reconnect_backoff_max_ms": 1000,
        **_account(address),
    }


def _account(address: Address) -> dict[str, Any]:
    """Who we are, and by what we know the brokers."""
    layers = ("SASL_" if address.user else "") + ("SSL" if address.has_tls else "PLAINTEXT")
    account = {
        "sasl_mechanism": address.mechanism,
        "sasl_plain_username": address.user,
        "sasl_plain_password": address.password,
    }
    files = {OPTION_OF[name]: path for name, path in address.files}
    return {"security_protocol": layers, **(account if address.user else {}), **files}


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


def said(error: Exception) -> str:
    text = str(error)
    return text if text and not text.endswith(": None") else type(error).__name__
