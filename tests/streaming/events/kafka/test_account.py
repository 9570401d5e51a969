"""A real broker that wants to know who one is, and shows who it is itself."""

import gc
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from streaming.events import EventLogUnavailable, event_log
from streaming.events.kafka.log import KafkaEventLog
from streaming.events.kafka.topics import create
from tests.services.kafka import PASSWORD, USER, KafkaBroker, running_broker
from tests.streaming.events.kafka.likes import like, read_until, wait_until

# Sockets on which TLS failed, kafka-python leaves to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def refused() -> Iterator[None]:
    """Collected within the test that left them, not within one that comes after."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def guarded() -> Iterator[KafkaBroker]:
    yield from running_broker(secured=True)


@pytest.fixture(params=["plain", "scram over TLS"])
def url(request, guarded) -> Callable[..., str]:
    """Of a topic at one of its listeners, for this account."""

    def spelt(topic: str, *, user: str = USER, password: str = PASSWORD, authority: Path = guarded.authority) -> str:
        if request.param == "plain":
            return f"kafka://{user}:{password}@127.0.0.1:{guarded.login}/{topic}"
        options = f"mechanism=SCRAM-SHA-512&ca={authority}"
        return f"kafkas://{user}:{password}@127.0.0.1:{guarded.tls}/{topic}?{options}"

    return spelt


@pytest.fixture
def opened(state) -> Iterator[Callable[[str], KafkaEventLog]]:
    logs = []

    def made(url: str) -> KafkaEventLog:
        logs.append(KafkaEventLog(url, state))
        return logs[-1]

    yield made
    for log in logs:
        log.close()


def test_events_come_through(url, opened):
    log = opened(url(f"events-{uuid.uuid4()}"))
    list(create(log.address, partitions=1, replication=1))
    log.append([like(1), like(2)])
    assert log.waiting() == 0
    with closing(log.consumer("readers")) as consumer:
        assert read_until(consumer, lambda found: len(found) == 2) == [1, 2]
        consumer.commit()
    assert log.lag() == {"readers": {0: 0}}


def test_a_wrong_password_is_told_and_no_password_is(url, opened, caplog):
    caplog.set_level(logging.DEBUG)
    log = opened(url("events", password="gu3ssed"))
    with pytest.raises(EventLogUnavailable, match=f"did not answer as {USER} by (PLAIN|SCRAM-SHA-512): ") as told:
        log.lag()
    log.append([like(1)])
    assert log.waiting() == 1
    log.close()
    assert "gu3ssed" not in str(told.value) + repr(log.address) + caplog.text


def has_groups(log: KafkaEventLog) -> bool:
    try:
        log.dead_letters()
    except EventLogUnavailable:
        return False
    return True


@pytest.mark.django_db
def test_the_commands_show_no_password(url, settings, monkeypatch, capsys):
    settings.EVENT_LOG_URL = url("commanded")
    call_command("create_topics", "--partitions", "1")
    # A broker that just began finds the place of its first group in its own time.
    wait_until(lambda: has_groups(event_log()))
    try:
        call_command("event_log_status")
        call_command("event_log_status", "--json")
    finally:
        event_log().close()
    settings.EVENT_LOG_URL = url("comma nded")
    with pytest.raises(CommandError) as told:
        call_command("create_topics")
    said = capsys.readouterr().out + str(told.value)
    assert "127.0.0.1" in said
    assert PASSWORD not in said


def test_a_broker_that_nobody_we_know_vouches_for_is_not_spoken_to(guarded, opened, tmp_path):
    """The machine's own authorities do not know it."""
    log = opened(f"kafkas://{USER}:{PASSWORD}@127.0.0.1:{guarded.tls}/events?mechanism=SCRAM-SHA-512")
    with pytest.raises(EventLogUnavailable, match="(?i)certificate"):
        log.lag()
