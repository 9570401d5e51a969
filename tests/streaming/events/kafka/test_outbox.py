"""A queue on disk: what was put is there in order, whoever looks and whatever happened to who put it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streaming.events import EventLogUnavailable
from streaming.events.kafka.outbox import Outbox
from streaming.events.kafka.producer import Message
from tests.service import PROJECT


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def outbox(path):
    outbox = Outbox(path)
    yield outbox
    outbox.close()


def messages(*numbers: int) -> list[Message]:
    return [Message(b"key", b"%d" % number) for number in numbers]


def test_messages_leave_in_the_order_they_came(outbox):
    assert outbox.is_empty()
    outbox.put(messages(3, 1))
    outbox.put(messages(2))
    first = outbox.first(2)
    assert [message for _, message in first] == messages(3, 1)
    outbox.drop(first[-1][0])
    assert [message for _, message in outbox.first(10)] == messages(2)
    assert (outbox.count(), outbox.is_empty()) == (1, False)


PUT_AND_DIE = """
import django, os, signal, sys
from pathlib import Path
django.setup()
from streaming.events.kafka.outbox import Outbox
from streaming.events.kafka.producer import Message
Outbox(Path(sys.argv[1])).put([Message(b"key", b"1"), Message(b"key", b"2")])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_put_is_there(path, outbox):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    ended = subprocess.run([sys.executable, "-c", PUT_AND_DIE, str(path)], cwd=PROJECT, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [message for _, message in outbox.first(10)] == messages(1, 2)


def test_on_a_full_disk_nothing_is_kept_and_the_reason_told(outbox):
    outbox.put(messages(1))
    with outbox._open() as database:
        ((pages,),) = database.execute("PRAGMA page_count").fetchall()
        database.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(EventLogUnavailable, match=r"the outbox .*outbox.sqlite3 cannot be used: .*full"):
        outbox.put([Message(b"key", b"x" * 1000)] * 100)
    assert outbox.count() == 1


def test_a_file_that_is_no_outbox_is_named(path):
    path.write_text("something else " * 100)
    with pytest.raises(EventLogUnavailable, match="not a database"):
        Outbox(path).put(messages(1))
