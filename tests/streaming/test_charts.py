"""What was heard most, and how much on which day."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from streaming.charts import charts
from streaming.models import Artist, Genre, Listener, Play, Track

pytestmark = pytest.mark.django_db

UNTIL = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def tracks() -> list[Track]:
    one, other = Artist.objects.create(name="One"), Artist.objects.create(name="Other")
    folk = Genre.objects.create(title="Folk")
    return [
        Track.objects.create(title="A", artist=one, genre_top=folk),
        Track.objects.create(title="B", artist=one),
        Track.objects.create(title="C", artist=other, genre_top=folk),
    ]


def play(listener: Listener, track: Track, day: int, minutes: int) -> None:
    at = datetime(2026, 3, day, 9, tzinfo=UTC)
    Play.objects.create(
        id=uuid.uuid4(), listener=listener, track=track, started_at=at, last_event_at=at, played_ms=minutes * 60_000
    )


@pytest.fixture
def heard(tracks, listener) -> None:
    a, b, c = tracks
    for track, day, minutes in ((a, 9, 3), (a, 9, 3), (b, 9, 1), (c, 7, 5), (c, 1, 5)):
        play(listener, track, day, minutes)
    play(Listener.objects.create(), b, 9, 60)


def rows(found: list) -> list[tuple[str, int, int]]:
    return [(str(row.what), row.plays, row.heard_ms // 60_000) for row in found]


def test_a_week(heard, listener):
    found = charts(listener.pk, UNTIL - timedelta(days=6), UNTIL)
    assert (found.plays, found.heard_ms) == (4, 12 * 60_000)
    assert rows(found.tracks) == [("A", 2, 6), ("C", 1, 5), ("B", 1, 1)]
    assert rows(found.artists) == [("One", 3, 7), ("Other", 1, 5)]
    assert rows(found.genres) == [("Folk", 3, 11)]
    assert [(day.day.day, day.plays, day.heard_ms // 60_000) for day in found.days] == [
        (4, 0, 0), (5, 0, 0), (6, 0, 0), (7, 1, 5), (8, 0, 0), (9, 3, 7), (10, 0, 0)
    ]  # fmt: skip


def test_all_time_begins_with_the_first_play(heard, listener):
    found = charts(listener.pk, None, UNTIL)
    assert found.plays == 5
    assert found.days[0].day.day == 1
    assert len(found.days) == 10


def test_nothing_heard_is_no_chart(listener):
    found = charts(listener.pk, None, UNTIL)
    assert (found.plays, found.tracks, found.days) == (0, [], [])
