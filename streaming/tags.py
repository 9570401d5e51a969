"""Keeps the tables of tags to what tracks, albums and artists say; imports and the admin call it when they are done."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.apps import apps as current
from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from streaming.models import Tag, Track, TrackTag

# Rows written or deleted in one statement.
BATCH = 300
READ_AT_ONCE = 20_000
INSERTED_AT_ONCE = 20_000
# As long as `Tag.name`.
LONGEST_TAG = 80


def plain(tag: object) -> str:
    """A tag as it is kept and looked up: in small letters, without spaces around it; empty for what is none."""
    return tag.replace("\x00", "").strip().casefold()[:LONGEST_TAG].strip() if isinstance(tag, str) else ""


def index_tags(apps: Apps = current) -> None:
    """Bring both tables up to date; rows that are right are not written. A migration gives the models of its time.

    Written in pieces, as nobody else can write meanwhile: what was killed in the middle is made whole the next time.
    """
    TrackTag = apps.get_model("streaming", "TrackTag")
    wanted = dict(_wanted(apps))
    counts = Counter(tag for _, tag in wanted)
    pks = _save_tags(apps, counts)
    rows = {(track, pks[tag]): listens for (track, tag), listens in wanted.items()}
    gone, differing = [], []
    for pk, track, tag, listens in TrackTag.objects.values_list("pk", "track", "tag", "listens").iterator(READ_AT_ONCE):
        right = rows.pop((track, tag), None)
        if right is None:
            gone.append(pk)
        elif right != listens:
            differing.append(TrackTag(pk=pk, listens=right))
    _delete(TrackTag, gone)
    TrackTag.objects.bulk_update(differing, ["listens"], batch_size=BATCH)
    _insert(TrackTag, [(track, tag, listens) for (track, tag), listens in rows.items()])
    _delete(apps.get_model("streaming", "Tag"), [pk for name, pk in pks.items() if name not in counts])


@transaction.atomic
def tag_anew(tracks: QuerySet[Track]) -> None:
    """Bring the rows of these tracks up to date, and the counts of their tags: some hundreds of tracks at most."""
    said = tracks.order_by().values_list("pk", "listens", "tags", "album__tags", "artist__tags")
    wanted = {(pk, tag): listens for pk, listens, *tags in said for own in tags for tag in _plain(own or ())}
    Tag.objects.bulk_create((Tag(name=name) for name in {tag for _, tag in wanted}), ignore_conflicts=True)
    pks = dict(Tag.objects.filter(name__in={tag for _, tag in wanted}).values_list("name", "pk"))
    standing = TrackTag.objects.filter(track__in=tracks)
    touched = {*pks.values(), *standing.values_list("tag", flat=True)}
    standing.delete()
    rows = [TrackTag(track_id=pk, tag_id=pks[tag], listens=listens) for (pk, tag), listens in wanted.items()]
    TrackTag.objects.bulk_create(rows, batch_size=BATCH)
    count_tracks(touched)


def count_tracks(tags: Iterable[int]) -> None:
    """Bring the counts of these tags up to date; those that nothing has any more go."""
    found = Tag.objects.filter(pk__in=list(tags))
    rows = TrackTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(count=Count("pk"))
    found.update(track_count=Coalesce(Subquery(rows.values("count")), 0))
    found.filter(track_count=0).delete()


def _save_tags(apps: Apps, counts: Counter[str]) -> dict[str, int]:
    """Every tag with its count; returns the primary keys by name, those of tags that nothing has any more too."""
    Tag = apps.get_model("streaming", "Tag")
    standing = {tag.name: tag for tag in Tag.objects.all()}
    Tag.objects.bulk_create(Tag(name=name, track_count=n) for name, n in counts.items() if name not in standing)
    differing = [tag for name, tag in standing.items() if name in counts and tag.track_count != counts[name]]
    for tag in differing:
        tag.track_count = counts[tag.name]
    Tag.objects.bulk_update(differing, ["track_count"], batch_size=BATCH)
    return dict(Tag.objects.values_list("name", "pk"))


def _insert(model, rows: list[tuple[int, int, int]]) -> None:
    """As `bulk_create` would, whose objects are most of the work for half a million rows."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, ("track_id", "tag_id", "listens")))
    for start in range(0, len(rows), INSERTED_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES (%s, %s, %s)",
                rows[start : start + INSERTED_AT_ONCE],
            )


def _delete(model, pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        model.objects.filter(pk__in=pks[start : start + BATCH]).delete()


def _wanted(apps: Apps) -> Iterator[tuple[tuple[int, str], int]]:
    """((track, tag), listens), once for each tag that is said of the track, its album or its artist."""
    of_albums, of_artists = _tags_of(apps, "Album"), _tags_of(apps, "Artist")
    tracks = apps.get_model("streaming", "Track").objects.order_by("pk")
    for pk, own, album, artist, listens in tracks.values_list("pk", "tags", "album", "artist", "listens").iterator(
        READ_AT_ONCE
    ):
        for tag in {*_plain(own), *of_albums.get(album, ()), *of_artists.get(artist, ())}:
            yield (pk, tag), listens


def _tags_of(apps: Apps, model: str) -> dict[int, set[str]]:
    rows = apps.get_model("streaming", model).objects.order_by().values_list("pk", "tags")
    return {pk: _plain(tags) for pk, tags in rows if tags}


def _plain(tags: Iterable) -> set[str]:
    return {text for tag in tags if (text := plain(tag))}
