"""What an event log is, whichever backend keeps it."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from streaming.events.event import PlaybackEvent


class EventLogUnavailable(Exception):
    """The log cannot be read or written now; what it holds stays, and what was to be added is not in it."""


@dataclass(frozen=True)
class Record:
    """One entry of the log. `value` is the event's JSON, unparsed: a bad one must not stop the reading.

    `key` is the listener's id, where whoever wrote the record gave one.
    """

    offset: int
    value: str
    partition: int = 0
    key: str = ""

    @property
    def is_erased(self) -> bool:
        """Its listener wanted it forgotten: there is nothing in it, and nothing to be done with it."""
        return not self.value


@dataclass(frozen=True)
class DeadLetter:
    """A record that could not be saved, where it lay on the log, and why; `at` is when it was set aside."""

    record: Record
    reason: str
    at: datetime


class EventConsumer(ABC):
    """Reads the log for one group, each partition in order, at least once: what was polled and not committed comes
    again, to this consumer's successor or to whoever of the group has the partition by then."""

    @abstractmethod
    def poll(self, *, max_records: int, timeout: float) -> list[Record]:
        """The next records, at once where there are any; else waits up to `timeout` seconds for some."""

    @abstractmethod
    def commit(self) -> None:
        """The group is done with all that was polled."""

    @abstractmethod
    def lag(self) -> int:
        """How many records the group has yet to commit."""

    @abstractmethod
    def close(self) -> None:
        """Leave the group: what was not committed is left to the others."""


class EventLog(ABC):
    """Events in partitions, a listener's all in the same one; offsets count within a partition.

    All of it raises EventLogUnavailable, but for `append` where the log has a place to keep events until later.
    """

    # Whether `append` leaves out what the log holds already; else consumers meet a repeat, and their upserts absorb it.
    leaves_out_repeats: bool
    # Whether the log finds a listener's records: `of_listener` and `erase` need it.
    finds_listeners: bool

    @abstractmethod
    def start(self) -> None:
        """Begin with what the log does beside, in this process; one that serves requests calls it with each."""

    @abstractmethod
    def append(self, events: Sequence[PlaybackEvent]) -> None:
        """Returns once all the events are durable."""

    @abstractmethod
    def consumer(self, group: str) -> EventConsumer:
        """A consumer that goes on where its group last committed; a new group starts at the beginning."""

    @abstractmethod
    def partition_name(self, partition: int) -> str:
        """What tells a partition from those of every other log."""

    @abstractmethod
    def ends(self) -> dict[int, int]:
        """The offset that the next event gets, by partition."""

    @abstractmethod
    def lag(self) -> dict[str, dict[int, int]]:
        """How many records each group has yet to commit, by partition."""

    @abstractmethod
    def waiting(self) -> int:
        """How many events were taken on this machine, are durable here, and not on the log yet."""

    @abstractmethod
    def of_listener(self, listener_id: uuid.UUID) -> Iterator[PlaybackEvent]:
        """The listener's events that the log can still tell, in their order; none where it does not find listeners."""

    @abstractmethod
    def erase(self, listener_id: uuid.UUID, is_unwanted: Callable[[PlaybackEvent], bool]) -> int:
        """Empty the listener's records that are unwanted, and leave their places; returns how many.

        May be called again after it was killed. A log that cannot change what it holds returns 0: there the events go
        with its retention, and until then consumers have to know them by `streaming/erasures.py`.
        """

    @abstractmethod
    def set_aside(self, record: Record, reason: str) -> None:
        """Keep a record that cannot be saved, until it is replayed."""

    @abstractmethod
    def dead_letters(self) -> int:
        """How many records were set aside and not replayed since."""

    @abstractmethod
    def replay(self, *, limit: int | None = None, dry_run: bool = False) -> Iterator[DeadLetter]:
        """Put what was set aside on the log again, the oldest first, each yielded once it is there.

        One that is refused again is a new dead letter, which waits for the next replay. With `dry_run` nothing changes.
        """
