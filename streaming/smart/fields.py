"""What rules may ask of a track: of its columns, of what the playlist's listener did with it, of how it sounds."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from streaming.licence_kinds import KINDS
from streaming.models import Ban, Genre, Like, Play, Track, TrackGenre, TrackTag
from streaming.tags import plain


class Kind(StrEnum):
    """What a value is, and so what may be asked of it."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    DAYS = "days"


OPERATORS: dict[Kind, dict[str, str]] = {
    Kind.NUMBER: {"at_least": _("is at least"), "at_most": _("is at most"), "is": _("is"), "between": _("is between")},
    Kind.TEXT: {"contains": _("contains"), "is": _("is"), "is_not": _("is not")},
    Kind.CHOICE: {"is": _("is"), "is_not": _("is not")},
    Kind.FLAG: {"is": _("is")},
    Kind.DAYS: {"within": _("in the last"), "not_within": _("not in the last")},
}


@dataclass(frozen=True)
class Asker:
    """For whom rules are answered, and when."""

    listener_id: uuid.UUID
    at: datetime


Condition = Callable[[str, object, Asker], Q]


@dataclass(frozen=True)
class Field:
    """`condition` turns an operator and a checked value into a query; `choices` are pairs of value and title."""

    name: str
    title: str
    kind: Kind
    condition: Condition
    unit: str = ""
    choices: Callable[[], Iterable[tuple[object, str]]] | None = None

    @property
    def operators(self) -> dict[str, str]:
        return OPERATORS[self.kind]


FIELDS: dict[str, Field] = {}


def register(field: Field) -> None:
    """Other rooms add what they know of tracks."""
    FIELDS[field.name] = field


def number(column: str, op: str, value: object, scale: float = 1.0) -> Q:
    """Of a column whose unit is `scale` times smaller than the rule's."""
    if op == "between":
        return Q(**{f"{column}__range": (value[0] * scale, value[1] * scale)})
    lookup = {"is": "", "at_least": "__gte", "at_most": "__lte"}[op]
    return Q(**{f"{column}{lookup}": value * scale})


def _column(column: str, op: str, value: object, asker: Asker, *, scale: float = 1.0) -> Q:
    return number(column, op, value, scale)


def _text(column: str, op: str, value: str, asker: Asker) -> Q:
    found = Q(**{f"{column}__icontains" if op == "contains" else f"{column}__iexact": value})
    return ~found if op == "is_not" else found


def _rows(found: Q, op: str) -> Q:
    return ~found if op == "is_not" else found


def _genre(op: str, value: int, asker: Asker) -> Q:
    return _rows(Q(pk__in=TrackGenre.objects.filter(genre=value).values("track")), op)


def _tag(op: str, value: str, asker: Asker) -> Q:
    name = {"contains": "tag__name__contains"}.get(op, "tag__name")
    return _rows(Q(pk__in=TrackTag.objects.filter(**{name: plain(value)}).values("track")), op)


def _licence(op: str, value: str, asker: Asker) -> Q:
    part = next(kind.part for kind in KINDS if kind.code == value)
    return _rows(Q(license_url__contains=part), op)


def _said(verdict: type[Like] | type[Ban], op: str, value: bool, asker: Asker) -> Q:
    found = Q(pk__in=verdict.objects.filter(listener=asker.listener_id).values("track"))
    return found if value else ~found


def _audio(op: str, value: bool, asker: Asker) -> Q:
    found = Q(audio_state=Track.AudioState.PRESENT)
    return found if value else ~found


def _plays(op: str, value: object, asker: Asker) -> Q:
    counted = Play.objects.filter(listener=asker.listener_id).order_by().values("track").annotate(n=Count("pk"))
    found = Q(pk__in=counted.filter(number("n", op, value)).values("track"))
    # A track that was never played has no row to count.
    if _holds_for_none(op, value):
        found |= ~Q(pk__in=counted.values("track"))
    return found


def _holds_for_none(op: str, value: object) -> bool:
    least, most = {
        "is": (value, value), "at_least": (value, 1), "at_most": (0, value), "between": value
    }[op]  # fmt: skip
    return least <= 0 <= most


def _last_played(op: str, value: float, asker: Asker) -> Q:
    lately = Play.objects.filter(listener=asker.listener_id, started_at__gte=asker.at - timedelta(days=value))
    found = Q(pk__in=lately.values("track"))
    return found if op == "within" else ~found


def _added(op: str, value: float, asker: Asker) -> Q:
    found = Q(added_at__gte=asker.at - timedelta(days=value))
    return found if op == "within" else ~found


def _genres() -> list[tuple[int, str]]:
    return list(Genre.objects.filter(track_count__gt=0).values_list("pk", "title"))


for _field in (
    Field("genre", _("Genre"), Kind.CHOICE, _genre, choices=_genres),
    Field("year", _("Year"), Kind.NUMBER, partial(_column, "year")),
    Field("duration", _("Duration"), Kind.NUMBER, partial(_column, "duration_ms", scale=1000), unit=_("seconds")),
    Field("licence", _("Licence"), Kind.CHOICE, _licence, choices=lambda: [(kind.code, kind.short) for kind in KINDS]),
    Field("tag", _("Tag"), Kind.TEXT, _tag),
    Field("title", _("Title"), Kind.TEXT, partial(_text, "title")),
    Field("artist", _("Artist"), Kind.TEXT, partial(_text, "artist__name")),
    Field("album", _("Album"), Kind.TEXT, partial(_text, "album__title")),
    Field("plays", _("Plays by me"), Kind.NUMBER, _plays),
    Field("last_played", _("Played"), Kind.DAYS, _last_played, unit=_("days")),
    Field("liked", _("Liked"), Kind.FLAG, partial(_said, Like)),
    Field("banned", _("Not for me"), Kind.FLAG, partial(_said, Ban)),
    Field("added", _("Added"), Kind.DAYS, _added, unit=_("days")),
    Field("listens", _("Listens at the archive"), Kind.NUMBER, partial(_column, "listens")),
    Field("audio", _("Can be played here"), Kind.FLAG, _audio),
):
    register(_field)
