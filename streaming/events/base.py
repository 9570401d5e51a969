"""What an event log is, whichever backend keeps it."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from streaming.events.event import PlaybackEvent


@dataclass(frozen=True)
class Record:
    """One entry of the log. `value` is the event's JSON, unparsed: a bad one must not stop the reading."""

    offset: int
    event_id: uuid.UUID
    value: str


class EventConsumer(ABC):
    """Reads the log in order for one group, at least once: what was polled and not committed comes again."""

    @abstractmethod
    def poll(self, *, max_records: int, timeout: float) -> list[Record]:
        """The next records, at once where there are any; else waits up to `timeout` seconds for some."""

    @abstractmethod
    def commit(self) -> None:
        """The group is done with all that was polled."""

    @abstractmethod
    def lag(self) -> int:
        """How many records the group has yet to commit."""


class EventLog(ABC):
    @abstractmethod
    def append(self, events: Sequence[PlaybackEvent]) -> None:
        """Returns once all the events are durable; one whose `event_id` the log holds already is left out."""

    @abstractmethod
    def consumer(self, group: str) -> EventConsumer:
        """A consumer that goes on where its group last committed; a new group starts at the beginning."""
