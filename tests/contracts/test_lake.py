"""A Delta table: exactly the events that were added, typed, and gone when they are to be forgotten.

On this machine's disk, and on real object storage that speaks S3.
"""

import io
import resource
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from deltalake import DeltaTable
from django.core.exceptions import ImproperlyConfigured

from streaming.events import Kind, PlaybackEvent
from streaming.lake import COLUMNS, Lake, LakeUnavailable, Part
from tests.services.server import free_port

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADA, BOB = uuid.UUID(int=1), uuid.UUID(int=2)


@dataclass(frozen=True)
class Place:
    """Where a lake can be made. `files` gives all that lies there by name, whoever put it there."""

    url: str
    storage: dict[str, str]
    files: Callable[[], dict[str, bytes]]

    def lake(self) -> Lake:
        return Lake(self.url, self.storage)

    def rows(self) -> dict[str, bytes]:
        """The files of them."""
        return {name: content for name, content in self.files().items() if name.endswith(".parquet")}


@pytest.fixture(params=["disk", "objects"])
def place(request, tmp_path) -> Place:
    if request.param == "disk":
        folder = tmp_path / "lake"
        return Place(folder.as_uri(), {}, partial(files_below, folder))
    objects, path = request.getfixturevalue("objects"), f"test/{uuid.uuid4()}"
    return Place(objects.url(path), objects.storage, lambda: dict(objects.files(path)))


@pytest.fixture
def lake(place) -> Lake:
    return place.lake()


@pytest.fixture
def disk(tmp_path) -> Lake:
    return Lake((tmp_path / "lake").as_uri())


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def event(number: int, *, listener: uuid.UUID = ADA, received: datetime = NOON, **fields) -> PlaybackEvent:
    fields = {"kind": Kind.FINISHED, "play_id": uuid.UUID(int=number), "track_id": number} | fields
    fields = {"event_id": uuid.UUID(int=number), "occurred_at": received} | fields
    return PlaybackEvent(listener_id=listener, received_at=received, **fields)


def events(start: int, end: int, **fields) -> dict[int, PlaybackEvent]:
    return {number: event(number, **fields) for number in range(start, end)}


def offsets(lake: Lake, **wanted) -> list[int]:
    return sorted(offset for batch in lake.read(["offset"], **wanted) for offset in batch["offset"].to_pylist())


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows beyond a hundred bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_new_lake_is_empty(lake, place):
    assert (lake.offset(), offsets(lake), lake.forget([ADA]), lake.compact()) == (0, [], 0, 0)
    assert lake.version() is None
    assert not place.files()


def test_every_field_comes_back_as_it_was(lake):
    whole = event(
        3,
        session_id=uuid.UUID(int=7),
        recommendation_id=uuid.UUID(int=8),
        position_ms=1,
        played_ms=2,
        duration_ms=3,
        source="album:12",
        occurred_at=NOON - timedelta(milliseconds=1),
    )
    searched = event(4, kind=Kind.SEARCHED, play_id=None, track_id=None, query="jazz")
    lake.append({10: whole, 12: searched}, up_to_offset=13)
    rows = pa.Table.from_batches(lake.read(COLUMNS)).sort_by("offset").to_pylist()
    for row, (offset, said) in zip(rows, {10: whole, 12: searched}.items(), strict=True):
        expected = {name: getattr(said, name) for name in COLUMNS if name != "offset"}
        plain = {name: one.bytes if isinstance(one, uuid.UUID) else one for name, one in expected.items()}
        assert row == plain | {"offset": offset}


def test_the_partition_is_the_day_of_receipt_in_utc(lake, place):
    late_evening = datetime(2026, 11, 20, 23, 30, tzinfo=UTC).astimezone()
    lake.append({1: event(1, received=late_evening, occurred_at=NOON - timedelta(days=400))}, up_to_offset=2)
    assert [name.partition("/")[0] for name in place.rows()] == ["date=2026-11-20"]


def test_what_it_holds_already_is_left_out(lake):
    assert lake.append(events(0, 5), up_to_offset=5) == 5
    assert lake.append(events(0, 5), up_to_offset=5) == 0
    assert lake.append(events(3, 8), up_to_offset=8) == 3
    assert (offsets(lake), lake.offset()) == ([*range(8)], 8)


def test_records_that_are_no_events_move_the_offset_on(lake):
    assert lake.append({}, up_to_offset=4) == 0
    assert (lake.offset(), offsets(lake)) == (4, [])


def test_of_two_writers_with_the_same_events_one_adds_them(lake, place):
    """Both see the same offset, time and again; whose commit comes second looks again, and has nothing to add."""
    lake.append(events(0, 1), up_to_offset=1)
    for start in range(1, 40, 4):
        ready = threading.Barrier(2)

        def write(start: int = start, ready: threading.Barrier = ready) -> int:
            writer = place.lake()
            ready.wait()
            return writer.append(events(start, start + 4), up_to_offset=start + 4)

        with ThreadPoolExecutor(2) as threads:
            writers = [threads.submit(write) for _ in range(2)]
            assert sorted(writer.result() for writer in writers) == [0, 4]
    assert offsets(lake) == [*range(41)]


def test_kinds_and_times_are_chosen(lake):
    for day in range(3):
        received = NOON + timedelta(days=day)
        said = events(10 * day, 10 * day + 2, received=received) | {
            10 * day + 2: event(10 * day + 2, kind=Kind.LIKED, received=received)
        }
        lake.append(said, up_to_offset=10 * day + 3)
    assert offsets(lake, kinds=[Kind.LIKED]) == [2, 12, 22]
    assert offsets(lake, since=NOON + timedelta(days=1)) == [10, 11, 12, 20, 21, 22]
    assert offsets(lake, since=NOON + timedelta(days=1, microseconds=1)) == [20, 21, 22]


def test_an_event_of_a_clock_that_runs_ahead_is_found(lake):
    """Received before midnight, and by the phone's clock after it."""
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    lake.append(
        {0: event(0, received=midnight - timedelta(minutes=1), occurred_at=midnight + timedelta(minutes=5))},
        up_to_offset=1,
    )
    assert offsets(lake, since=midnight) == [0]


def test_an_unknown_column_is_named(lake):
    with pytest.raises(ValueError, match="no column colour: it has offset, event_id"):
        list(lake.read(["colour"]))


def test_whoever_is_forgotten_is_in_no_file(lake, place):
    lake.append(events(0, 3, listener=ADA) | events(3, 6, listener=BOB), up_to_offset=6)
    lake.append(events(6, 7, listener=ADA), up_to_offset=7)
    assert lake.forget([ADA]) == 4
    assert offsets(lake) == [3, 4, 5]
    kept = [pa.parquet.read_table(io.BytesIO(rows))["listener_id"].to_pylist() for rows in place.rows().values()]
    assert kept == [[BOB.bytes] * 3]
    assert (lake.forget([ADA]), lake.forget([]), lake.offset()) == (0, 0, 7)


def test_what_was_searched_for_is_in_no_log_of_the_table(lake, place):
    lake.append({0: event(0, kind=Kind.SEARCHED, play_id=None, track_id=None, query="my secret")}, up_to_offset=1)
    lake.forget([ADA])
    assert [name for name, content in place.files().items() if b"secret" in content] == []


def test_a_day_in_small_files_becomes_one(lake, place):
    for number in range(4):
        lake.append(events(number, number + 1), up_to_offset=number + 1)
    assert lake.compact() == 4
    assert len(DeltaTable(place.url, storage_options=place.storage).file_uris()) == 1
    assert len(place.rows()) == 5, "who reads the replaced files can finish"
    assert (offsets(lake), lake.offset()) == ([0, 1, 2, 3], 4)


def test_on_a_full_disk_nothing_is_added_and_nothing_lost(disk):
    disk.append(events(0, 3), up_to_offset=3)
    with full_disk(), pytest.raises(LakeUnavailable, match=r"the lake at file:///.*File too large"):
        disk.append(events(3, 6), up_to_offset=6)
    assert (offsets(disk), disk.offset()) == ([0, 1, 2], 3)
    assert disk.append(events(3, 6), up_to_offset=6) == 3


def test_a_disk_that_is_away_is_named(tmp_path):
    (tmp_path / "lake").touch()
    away = Lake((tmp_path / "lake" / "events").as_uri())
    with pytest.raises(LakeUnavailable, match=r"the lake at file:///.*/lake/events did not answer as it should"):
        away.append(events(0, 1), up_to_offset=1)


def test_a_store_that_is_away_is_named_and_its_secret_is_not():
    storage = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "AWS_ALLOW_HTTP": "true"}
    away = Lake("s3://lake/events", storage | {"AWS_ACCESS_KEY_ID": "us", "AWS_SECRET_ACCESS_KEY": "unguessable"})
    with pytest.raises(LakeUnavailable, match=r"the lake at s3://lake/events did not .* refused") as told:
        away.append(events(0, 1), up_to_offset=1)
    assert "unguessable" not in str(told.value)


def test_a_stranger_is_refused_and_a_bucket_that_is_missing_is_named(objects):
    stranger = Lake(objects.url("events"), objects.storage | {"AWS_SECRET_ACCESS_KEY": "guessed"})
    with pytest.raises(LakeUnavailable, match="SignatureDoesNotMatch") as told:
        stranger.append(events(0, 1), up_to_offset=1)
    assert "guessed" not in str(told.value)
    with pytest.raises(LakeUnavailable, match="NoSuchBucket"):
        Lake("s3://nowhere/events", objects.storage).append(events(0, 1), up_to_offset=1)


def test_writers_of_different_partitions_at_once_lose_nothing(lake, place):
    """Each writes its own partition of the log, as fast as it can; nobody's commit is written over."""
    lake.identity()

    def write(name: str) -> None:
        writer = place.lake()
        for number in range(10):
            part = Part({number: event(number)}, up_to_offset=number + 1)
            while True:
                try:
                    writer.append_parts({name: part})
                    break
                except LakeUnavailable as error:
                    # Refused each of its times, which is told and loses nothing either.
                    assert "commit" in str(error).lower()

    names = [f"partition/{number}" for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(write, name) for name in names]:
            done.result()
    assert offsets(lake) == sorted([*range(10)] * 4)
    assert lake.offsets(names) == dict.fromkeys(names, 10)


@pytest.mark.parametrize("url", ["/var/lake", "lake", "ftp://host/lake", ""])
def test_a_url_that_is_no_lakes_is_named(url):
    with pytest.raises(ImproperlyConfigured, match=f"LAKE_URL is '{url}'; it has to be a folder as file:///"):
        Lake(url)
