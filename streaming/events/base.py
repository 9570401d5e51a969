"""What an event log is, whichever backend keeps it."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from streaming.events.event import PlaybackEvent


@dataclass(frozen=True)
class Record:
    """One entry of the log. `value` is the event's JSON, unparsed: a bad one must not stop the reading."""

    offset: int
    event_id: uuid.UUID
    value: str

    @property
    def is_erased(self) -> bool:
        """Its listener wanted it forgotten: there is nothing in it, and nothing to be done with it."""
        return not self.value


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

    @abstractmethod
    def end(self) -> int:
        """The offset that the next event gets."""

    @abstractmethod
    def of_listener(self, listener_id: uuid.UUID) -> Iterator[PlaybackEvent]:
        """The listener's events that the log can still tell, in their order."""

    @abstractmethod
    def erase(self, listener_id: uuid.UUID, is_unwanted: Callable[[PlaybackEvent], bool]) -> int:
        """Empty the listener's records that are unwanted, and leave their places; returns how many.

        May be called again after it was killed. A log that cannot change what it holds returns 0: there the events go
        with its retention, and until then consumers have to know them by `streaming/erasures.py`.
        """
