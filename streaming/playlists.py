"""Making playlists and putting tracks in order; every list can hold MOST_ENTRIES and stays quick."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from streaming.models import Listener, Playlist, PlaylistEntry, Track
from streaming.models.playlist import LONGEST_NAME

MOST_ENTRIES = 10_000
MOST_PLAYLISTS = 1_000
LONGEST_DESCRIPTION = 2_000
# Between neighbours, so that 20 moves to one place need no new numbers.
GAP = 2**20
# Rows written in one statement.
BATCH = 500


class PlaylistError(ValueError):
    """What a playlist cannot take; `field` names it, and the message says what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def of_listener(listener_id: uuid.UUID) -> QuerySet[Playlist]:
    """The listener's own, the one changed last first, with `entry_count`; a smart one has no entries."""
    # Counted off the index of each: joined and grouped, one of 10,000 entries takes ten times as long.
    entries = PlaylistEntry.objects.filter(playlist=OuterRef("pk")).order_by().values("playlist")
    counted = Subquery(entries.annotate(count=Count("pk")).values("count"))
    return Playlist.objects.filter(listener=listener_id).annotate(entry_count=Coalesce(counted, 0))


def visible_to(listener_id: uuid.UUID) -> QuerySet[Playlist]:
    """What may be opened by its link: one's own, and what is public."""
    return Playlist.objects.filter(Q(listener=listener_id) | Q(is_public=True))


def create(
    *, listener_id: uuid.UUID, name: object, description: object = "", is_public: object = False, rules=None
) -> Playlist:
    """Raises PlaylistError for a name or description that cannot be taken, and for more than MOST_PLAYLISTS.

    `rules` are taken as they are: `streaming.smart.rules.check` says whether they can be.
    """
    fields = checked({"name": name, "description": description, "is_public": is_public})
    if Playlist.objects.filter(listener=listener_id).count() >= MOST_PLAYLISTS:
        said = _("There are {most} playlists already: delete one first")
        raise PlaylistError("name", said.format(most=MOST_PLAYLISTS))
    Listener.objects.get_or_create(pk=listener_id)
    return Playlist.objects.create(listener_id=listener_id, rules=rules, **fields)


def change(playlist: Playlist, fields: dict[str, object]) -> Playlist:
    """`fields` are any of name, description and is_public; raises PlaylistError."""
    for name, value in checked(fields).items():
        setattr(playlist, name, value)
    playlist.save()
    return playlist


def checked(fields: dict[str, object]) -> dict[str, object]:
    """The fields as they are saved; raises PlaylistError."""
    found = dict(fields)
    if "name" in fields:
        found["name"] = _text(fields["name"], "name", LONGEST_NAME)
        if not found["name"]:
            raise PlaylistError("name", _("A playlist needs a name"))
    if "description" in fields:
        found["description"] = _text(fields["description"], "description", LONGEST_DESCRIPTION)
    if "is_public" in fields and not isinstance(fields["is_public"], bool):
        said = _("{value} is neither true nor false")
        raise PlaylistError("is_public", said.format(value=_shown(fields["is_public"])))
    return found


@transaction.atomic
def add(playlist: Playlist, track_ids: Sequence[int]) -> int:
    """Append the tracks that exist, in this order; returns how many. Raises PlaylistError where they do not fit."""
    _must_have_entries(playlist)
    known = set(Track.objects.filter(pk__in=set(track_ids)).values_list("pk", flat=True))
    wanted = [track_id for track_id in track_ids if track_id in known]
    standing = playlist.entries.aggregate(count=Count("pk"), last=Max("position"))
    if standing["count"] + len(wanted) > MOST_ENTRIES:
        text = _("A playlist holds {most} tracks at most; this one has {count}, and {more} more were to come")
        said = text.format(most=MOST_ENTRIES, count=standing["count"], more=len(wanted))
        raise PlaylistError("tracks", said)
    first = (standing["last"] or 0) + GAP
    PlaylistEntry.objects.bulk_create(
        [
            PlaylistEntry(playlist=playlist, track_id=track_id, position=first + place * GAP)
            for place, track_id in enumerate(wanted)
        ],
        batch_size=BATCH,
    )
    _touch(playlist)
    return len(wanted)


def remove(playlist: Playlist, entry_ids: Sequence[int]) -> int:
    """Take out entries by their ids; those that are none of this playlist's are left alone. Returns how many went."""
    count, _kinds = playlist.entries.filter(pk__in=entry_ids).delete()
    if count:
        _touch(playlist)
    return count


@transaction.atomic
def move(playlist: Playlist, entry_id: int, *, before: int | None = None, after: int | None = None) -> None:
    """Put an entry in front of another, behind it, or at the end; raises PlaylistError for ids that are none of it."""
    if after is not None and after != entry_id:
        following = playlist.entries.exclude(pk=entry_id).filter(position__gt=_entry(playlist, after, "after").position)
        before = following.order_by("position").values_list("pk", flat=True).first()
    if entry_id in (before, after):
        return
    entry = _entry(playlist, entry_id, "entry")
    position = _room(playlist, None if before is None else _entry(playlist, before, "before"), besides=entry)
    PlaylistEntry.objects.filter(pk=entry.pk).update(position=position)
    _touch(playlist)


@transaction.atomic
def put(playlist: Playlist, entry_id: int, place: int) -> int:
    """Put an entry at a place of the whole list, the first being 0; returns which it got, at most the last."""
    others = playlist.entries.exclude(pk=entry_id).order_by("position", "pk")
    target = others[place : place + 1].first()
    move(playlist, entry_id, before=target.pk if target else None)
    return place if target else others.count()


@transaction.atomic
def shift(playlist: Playlist, entry_id: int, places: int) -> None:
    """Move an entry by so many places, down where that is above 0; past an end it stays there."""
    entry = _entry(playlist, entry_id, "entry")
    if places < 0:
        above = playlist.entries.filter(position__lt=entry.position).order_by("-position")
        target = above[min(-places, above.count()) - 1] if above.exists() else None
        if target is not None:
            move(playlist, entry_id, before=target.pk)
    elif places > 0:
        below = playlist.entries.filter(position__gt=entry.position).order_by("position")
        target = below[places : places + 1].first()
        move(playlist, entry_id, before=target.pk if target else None)


def _room(playlist: Playlist, target: PlaylistEntry | None, *, besides: PlaylistEntry) -> int:
    """A free position in front of `target`; all are numbered anew where its neighbour leaves none."""
    others = playlist.entries.exclude(pk=besides.pk)
    if target is None:
        return (others.aggregate(last=Max("position"))["last"] or 0) + GAP
    previous = others.filter(position__lt=target.position).aggregate(last=Max("position"))["last"]
    if previous is None:
        return target.position - GAP
    if target.position - previous < 2:
        _number_anew(playlist)
        target.refresh_from_db()
        previous = others.filter(position__lt=target.position).aggregate(last=Max("position"))["last"]
    return (previous + target.position) // 2


def _number_anew(playlist: Playlist) -> None:
    entries = list(playlist.entries.order_by("position", "pk").only("pk", "position"))
    for place, entry in enumerate(entries, 1):
        entry.position = place * GAP
    PlaylistEntry.objects.bulk_update(entries, ["position"], batch_size=BATCH)


def _entry(playlist: Playlist, entry_id: int, field: str) -> PlaylistEntry:
    entry = playlist.entries.filter(pk=entry_id).first()
    if entry is None:
        text = _("Entry {entry} is not in this playlist: it may have been taken out")
        raise PlaylistError(field, text.format(entry=entry_id))
    return entry


def _must_have_entries(playlist: Playlist) -> None:
    if playlist.is_smart:
        raise PlaylistError("tracks", _("This playlist is made by its rules: change those, or make another playlist"))


def _touch(playlist: Playlist) -> None:
    Playlist.objects.filter(pk=playlist.pk).update(updated_at=timezone.now())


def _text(value: object, field: str, longest: int) -> str:
    if not isinstance(value, str):
        raise PlaylistError(field, _("{value} is not a text").format(value=_shown(value)))
    text = value.replace("\x00", "").strip()
    if len(text) > longest:
        said = _("{count} characters are too many: {most} at most are taken")
        raise PlaylistError(field, said.format(count=len(text), most=longest))
    return text


def _shown(value: object) -> str:
    return repr(str(value)[:40])
