"""What one listener heard in a stretch of time, in figures: what most, and how much on each day."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from streaming.models import Artist, Genre, Play, Track

TOP = 10


@dataclass(frozen=True)
class Row:
    """An artist, track or genre, how often it was played, and for how long it was heard."""

    what: Artist | Track | Genre
    plays: int
    heard_ms: int


@dataclass(frozen=True)
class Day:
    day: date
    plays: int
    heard_ms: int


@dataclass(frozen=True)
class Charts:
    """`days` has every day of the stretch, those without a play too; a stretch without an end begins with a play."""

    plays: int
    heard_ms: int
    tracks: list[Row]
    artists: list[Row]
    genres: list[Row]
    days: list[Day]


def charts(listener_id: uuid.UUID, since: datetime | None, until: datetime) -> Charts:
    """As many queries, however much was heard. Days are those of UTC."""
    plays = Play.objects.filter(listener=listener_id, started_at__lt=until)
    if since is not None:
        plays = plays.filter(started_at__gte=since)
    totals = plays.aggregate(plays=Count("pk"), heard_ms=Sum("played_ms", default=0))
    return Charts(
        totals["plays"],
        totals["heard_ms"],
        _top(plays, "track", Track.objects.for_list()),
        _top(plays, "track__artist", Artist.objects.defer("bio")),
        _top(plays, "track__genre_top", Genre.objects.all()),
        _days(plays, since, until),
    )


def _top(plays: QuerySet[Play], by: str, rows: QuerySet) -> list[Row]:
    counted = (
        plays.filter(**{f"{by}__isnull": False})
        .order_by()
        .values(key=F(by))
        .annotate(plays=Count("pk"), heard_ms=Sum("played_ms"))
        .order_by("-plays", "-heard_ms", "key")[:TOP]
    )
    counted = list(counted)
    found = rows.in_bulk([row["key"] for row in counted])
    return [Row(found[row["key"]], row["plays"], row["heard_ms"]) for row in counted if row["key"] in found]


def _days(plays: QuerySet[Play], since: datetime | None, until: datetime) -> list[Day]:
    counted = (
        plays.order_by().annotate(day=TruncDate("started_at")).values("day")
        .annotate(plays=Count("pk"), heard_ms=Sum("played_ms")).order_by("day")
    )  # fmt: skip
    by_day = {row["day"]: Day(row["day"], row["plays"], row["heard_ms"]) for row in counted}
    if not by_day:
        return []
    first = since.date() if since else min(by_day)
    length = (until.date() - first).days + 1
    every = (first + timedelta(days=number) for number in range(length))
    return [by_day.get(day, Day(day, 0, 0)) for day in every]
