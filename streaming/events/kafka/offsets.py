"""How far the topic goes, and how far its groups are: asked of the brokers by one client a process."""

import os
import threading

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from streaming.events.base import EventLogUnavailable
from streaming.events.kafka.address import Address
from streaming.events.kafka.broker import PATIENCE, connected, speaking


class Offsets:
    def __init__(self, address: Address) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._admin: KafkaAdminClient | None = None
        self._process = 0

    def ends(self, topic: str) -> dict[int, int]:
        return self._asking(lambda admin: self._listed(admin, topic, OffsetSpec.LATEST))

    def lag(self, topic: str) -> dict[str, dict[int, int]]:
        """Of every group of the topic; what the topic no longer keeps is not counted."""
        return self._asking(lambda admin: self._lag(admin, topic))

    def behind(self, topic: str, group: str) -> int:
        """How many messages the group has yet to commit, all of them where it never committed any."""
        return self._asking(lambda admin: sum(self._group_lag(admin, topic, f"{topic}.{group}").values()))

    def close(self) -> None:
        with self._lock:
            admin, self._admin = self._admin, None
        if admin is not None and self._process == os.getpid():
            admin.close()

    def _lag(self, admin: KafkaAdminClient, topic: str) -> dict[str, dict[int, int]]:
        prefix = f"{topic}."
        names = sorted(one["group_id"] for one in admin.list_groups() if one["group_id"].startswith(prefix))
        return {name.removeprefix(prefix): self._group_lag(admin, topic, name) for name in names}

    def _group_lag(self, admin: KafkaAdminClient, topic: str, group: str) -> dict[int, int]:
        firsts, ends = (self._listed(admin, topic, spec) for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
        committed = admin.list_group_offsets({group: None})[group]
        done = {one.partition: max(at.offset, firsts[one.partition]) for one, at in committed.items()}
        return {number: ends[number] - done.get(number, firsts[number]) for number in sorted(ends)}

    def _listed(self, admin: KafkaAdminClient, topic: str, spec: OffsetSpec) -> dict[int, int]:
        (found,) = admin.describe_topics([topic])
        numbers = [one["partition_index"] for one in found["partitions"]]
        if not numbers:
            raise EventLogUnavailable(f"there is no topic {topic} at {self._address}: manage.py create_topics makes it")
        wanted = {TopicPartition(topic, number): spec for number in numbers}
        offsets = admin.list_partition_offsets(wanted, timeout_ms=int(1000 * PATIENCE))
        return {one.partition: at.offset for one, at in offsets.items()}

    def _asking(self, question):
        with self._lock, speaking(self._address):
            if self._admin is None or self._process != os.getpid():
                self._admin, self._process = self._made(), os.getpid()
            try:
                return question(self._admin)
            except KafkaError:
                # A new one finds the brokers anew.
                admin, self._admin = self._admin, None
                admin.close()
                raise

    def _made(self) -> KafkaAdminClient:
        return connected(KafkaAdminClient, self._address, request_timeout_ms=int(1000 * PATIENCE))
