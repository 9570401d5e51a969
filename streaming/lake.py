"""The lake: every playback event as a row of a Delta table, for whoever reads them all.

The table is partitioned by `date`, the UTC day on which the server received the event. A client's own clock has no say
in it: an event that a phone kept for weeks would open a partition of its own. And as no event is taken that claims to
have occurred later than it was received (but for CLOCK_SKEW), whoever asks for what occurred since a day need not open
the partitions before it.

Which events the table holds is written in the table: each commit that adds rows also moves the offsets of the event log
up to which they go, one a partition (Delta's application transactions). A writer that is killed goes on where the last
commit ended, and of two writers that add the same rows one is refused.

Of the columns, only times and offsets have their extremes noted in the table's log: what a listener searched for stays
in the files, and goes with them when the listener is forgotten.
"""

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming.events import Kind, PlaybackEvent
from streaming.events.event import CLOCK_SKEW

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

SCHEMES = ("file", "s3", "s3a", "gs", "az", "abfs", "abfss", "adl")
# The name under which the table keeps the embedded event log's offset.
EMBEDDED = "event-log"
# The event's fields, and beside them `offset`, its place in its partition of the log, and `date`, its partition of the
# table. UUIDs are 16 bytes.
COLUMNS = (
    "offset", "event_id", "kind", "listener_id", "session_id", "play_id", "track_id", "occurred_at", "received_at",
    "position_ms", "played_ms", "duration_ms", "source", "recommendation_id", "query",
)  # fmt: skip
# Hours that files which a compaction replaced are kept: whoever reads them already can finish.
KEPT = 24
# How often a change is tried that another writer's commit got in the way of.
ATTEMPTS = 5
# How long object storage that is away is asked again before that is told; whoever writes comes back by themselves.
PATIENCE = {"max_retries": "5", "retry_timeout": "20s", "connect_timeout": "5s"}
# A time as predicates have it.
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class LakeUnavailable(Exception):
    """The lake cannot be read or written now; what it holds stays, and what was to be added is not in it."""


@dataclass(frozen=True)
class Part:
    """Events of one partition of the event log by their offsets, after which the lake holds all before `up_to_offset`.

    Offsets without an event are of what is none, or is to be forgotten.
    """

    events: Mapping[int, PlaybackEvent]
    up_to_offset: int


class Lake:
    """A Delta table of events by its URL, which is made when it is first written to.

    `storage` is what the object storage of the URL wants to know beside it, by the names of its variables. On S3, a
    commit is an object that is put only if it is not there (`If-None-Match`): of two writers at once, one is refused.

    Not for several threads at once: each makes its own, which costs a few milliseconds.
    """

    def __init__(self, url: str, storage: Mapping[str, str] | None = None) -> None:
        if urlsplit(url).scheme not in SCHEMES:
            raise ImproperlyConfigured(
                f"LAKE_URL is {url!r}; it has to be a folder as file:///… or object storage by {', '.join(SCHEMES[1:])}"
            )
        self.url = url
        self.storage = {} if url.startswith("file:") else {**PATIENCE, **(storage or {})}

    def identity(self) -> str:
        """What tells this table from one made later in its place; makes the table where there is none."""
        with self._speaking():
            return str(self._made().metadata().id)

    def version(self) -> int | None:
        """The number of its last commit; None before the first."""
        with self._speaking():
            table = self._table()
            return table.version() if table else None

    def offset(self, partition: str = EMBEDDED) -> int:
        """The offset of the event log's partition of this name up to which the lake holds all events: 0 for none."""
        return self.offsets([partition])[partition]

    def offsets(self, partitions: Collection[str]) -> dict[str, int]:
        with self._speaking():
            table = self._table()
            return {name: _offset(table, name) if table else 0 for name in partitions}

    def append(self, events: Mapping[int, PlaybackEvent], *, up_to_offset: int) -> int:
        """`append_parts` of the embedded log's one partition."""
        return self.append_parts({EMBEDDED: Part(events, up_to_offset)})

    def append_parts(self, parts: Mapping[str, Part]) -> int:
        """Add the events of some partitions, by their names, in one commit.

        Those that it holds already are left out; returns how many were added.
        """
        with self._speaking():
            return self._trying(lambda table: _append(table, parts))

    def read(self, columns: Sequence[str], *, since: datetime | None = None, kinds: Collection[Kind] = tuple(Kind)) \
            -> Iterator["pa.RecordBatch"]:  # fmt: skip
        """These columns of the events that occurred at `since` or later, in batches, in no order; none of a new lake.

        Raises ValueError for a column that there is not.
        """
        import pyarrow as pa

        check(columns)
        with self._speaking():
            table = self._table()
            if table is not None:
                for batch in pa.RecordBatchReader.from_stream(table.scan(list(columns), chosen(since, kinds))):
                    yield batch.cast(schema(columns))

    def of_listener(self, listener_id: uuid.UUID) -> Iterator[PlaybackEvent]:
        """The listener's events in the order of their receipt, each once, however often the log told it."""
        import pyarrow as pa

        theirs = f"listener_id = {_literal(listener_id)}"
        with self._speaking():
            table = self._table()
            rows = pa.table(table.scan(list(COLUMNS), theirs)).to_pylist() if table else []
        known = set()
        for row in sorted(rows, key=lambda row: (row["received_at"], row["offset"])):
            if row["event_id"] not in known:
                known.add(row["event_id"])
                yield _event(row)

    def forget(
        self,
        listener_ids: Collection[uuid.UUID],
        *,
        kinds: Collection[Kind] = tuple(Kind),
        until: datetime | None = None,
    ) -> int:
        """Delete the listeners' events of these kinds, and the files that held them; returns how many events went.

        With `until`, only those that were received by then. A reader who began before may find its files gone, and has
        to begin again.
        """
        said = ", ".join(f"'{kind}'" for kind in kinds)
        predicate = f"listener_id IN ({', '.join(map(_literal, listener_ids))}) AND kind IN ({said})"
        if until is not None:
            # As text: delta-rs casts it to the column's type, and refuses to compare that to a TIMESTAMP here.
            predicate += f" AND received_at <= '{until.astimezone(UTC):{TIME}}'"
        with self._speaking():
            if not listener_ids or self._table() is None:
                return 0
            deleted = self._trying(lambda table: table.delete(predicate)["num_deleted_rows"])
            # Even where nothing was deleted: an earlier call may have been killed before its files were gone.
            self._made().vacuum(0, dry_run=False, enforce_retention_duration=False)
        return deleted

    def compact(self) -> int:
        """Put the small files of each day together; returns how many went.

        Deletes those that were replaced more than a day ago, and what a killed writer left without a commit.
        """
        with self._speaking():
            if self._table() is None:
                return 0
            replaced = self._trying(lambda table: table.optimize.compact()["numFilesRemoved"])
            self._made().vacuum(KEPT, dry_run=False, enforce_retention_duration=False, full=True)
        return replaced

    def _table(self) -> "DeltaTable | None":
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        try:
            return DeltaTable(self.url, storage_options=self.storage)
        except TableNotFoundError:
            return None

    def _made(self) -> "DeltaTable":
        from deltalake import DeltaTable

        return self._table() or DeltaTable.create(
            self.url,
            _schema(),
            mode="ignore",
            partition_by=["date"],
            name="playback events",
            storage_options=self.storage,
            configuration={"delta.dataSkippingStatsColumns": "offset,occurred_at,received_at"},
        )

    def _trying(self, change):
        """`change` of the newest table; once more where another writer's commit came between."""
        from deltalake.exceptions import CommitFailedError

        for _ in range(ATTEMPTS - 1):
            try:
                return change(self._made())
            except CommitFailedError:
                continue
        return change(self._made())

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        from deltalake.exceptions import DeltaError

        try:
            yield
        except (DeltaError, OSError) as error:
            raise LakeUnavailable(f"the lake at {self.url} did not answer as it should: {_plain(error)}") from error


def lake() -> Lake:
    """The lake that LAKE_URL names."""
    return Lake(settings.LAKE_URL, settings.LAKE_STORAGE)


def _offset(table: "DeltaTable", partition: str) -> int:
    return table.transaction_version(partition) or 0


def _append(table: "DeltaTable", parts: Mapping[str, Part]) -> int:
    from deltalake import CommitProperties, Transaction, write_deltalake

    held = {name: _offset(table, name) for name in parts}
    new = {name: part for name, part in parts.items() if part.up_to_offset > held[name]}
    if not new:
        return 0
    fresh = [
        (offset, event) for name, part in new.items() for offset, event in part.events.items() if offset >= held[name]
    ]
    # Refused where one of the offsets was moved since the table was opened.
    moved = CommitProperties(app_transactions=[Transaction(name, part.up_to_offset) for name, part in new.items()])
    write_deltalake(table, _rows(fresh), mode="append", commit_properties=moved)
    return len(fresh)


def _schema() -> "pa.Schema":
    import pyarrow as pa

    time, uuid_bytes = pa.timestamp("us", tz="UTC"), pa.binary()
    types = {"kind": pa.string(), "source": pa.string(), "query": pa.string(), "offset": pa.int64()}
    types |= {name: uuid_bytes for name in COLUMNS if name.endswith("_id")} | {"track_id": pa.int64()}
    types |= {name: time for name in COLUMNS if name.endswith("_at")}
    types |= {name: pa.int32() for name in COLUMNS if name.endswith("_ms")}
    return pa.schema([("date", pa.date32()), *((name, types[name]) for name in COLUMNS)])


def _rows(events: Sequence[tuple[int, PlaybackEvent]]) -> "pa.Table":
    import pyarrow as pa

    def column(name: str) -> list:
        if name == "offset":
            return [offset for offset, _ in events]
        if name == "date":
            return [event.received_at.astimezone(UTC).date() for _, event in events]
        values = [getattr(event, name) for _, event in events]
        if name.endswith("_id") and name != "track_id":
            return [value.bytes if value is not None else None for value in values]
        return values

    schema = _schema()
    return pa.table({name: column(name) for name in schema.names}, schema=schema)


def _event(row: dict) -> PlaybackEvent:
    uuids = [name for name in row if name.endswith("_id") and name != "track_id" and row[name] is not None]
    fields = row | {name: uuid.UUID(bytes=row[name]) for name in uuids} | {"kind": Kind(row["kind"])}
    del fields["offset"]
    return PlaybackEvent(**fields)


def check(columns: Sequence[str]) -> None:
    """Raises ValueError for a column that no lake has."""
    if unknown := set(columns) - set(COLUMNS):
        raise ValueError(f"the lake has no column {', '.join(sorted(unknown))}: it has {', '.join(COLUMNS)}")


def schema(columns: Sequence[str]) -> "pa.Schema":
    """Of these columns, as every reader gives them."""
    import pyarrow as pa

    whole = _schema()
    return pa.schema([whole.field(name) for name in columns])


def chosen(since: datetime | None, kinds: Collection[Kind]) -> str:
    """The condition, in SQL, of the events of these kinds that occurred at `since` or later."""
    said = ", ".join(f"'{kind}'" for kind in kinds)
    wanted = [f"kind IN ({said})"]
    if since is not None:
        since = since.astimezone(UTC)
        # The day narrows the files that are opened at all.
        wanted.append(f"date >= '{(since - CLOCK_SKEW).date()}'")
        wanted.append(f"occurred_at >= TIMESTAMP '{since:{TIME}}'")
    return " AND ".join(wanted)


def _plain(error: Exception) -> str:
    """What an object store says comes in several lines and in colours."""
    return " ".join(re.sub(r"\x1b\[\d+m", "", str(error)).split())[:500]


def _literal(listener_id: uuid.UUID) -> str:
    return f"X'{listener_id.hex}'"
