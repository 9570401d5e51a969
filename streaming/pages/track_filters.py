"""What a list of tracks may be narrowed to by its address: a genre, years, a licence, a tag, what can be played."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import QueryDict
from django.utils.translation import gettext as _

from streaming.licence_kinds import KINDS, LicenceKind, kind_of
from streaming.missing import Missing
from streaming.models import Genre, Tag, Track, TrackGenre, TrackTag
from streaming.tags import plain

EARLIEST, LATEST = 1850, 2100
# Of a genre or tag with more tracks than this, a list by another order walks that order and looks each track up;
# of a smaller one it sorts all of them.
MANY = 3_000
# Seconds for which the years and licences of the catalogue are taken to be these.
LASTS = 300


@dataclass(frozen=True)
class Filters:
    genre: Genre | None = None
    tag: Tag | None = None
    years: tuple[int, int] | None = None
    licence: LicenceKind | None = None
    playable: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """As the address has them; raises Missing for what there is not."""
        return cls(
            genre=_genre(query.get("genre", "")),
            tag=_tag(query.get("tag", "")),
            years=_years(query.get("year", "")),
            licence=_licence(query.get("licence", "")),
            playable=query.get("playable") == "1",
        )

    def __bool__(self) -> bool:
        return bool(self.genre or self.tag or self.years or self.licence or self.playable)

    def conditions(self, of_track: str = "") -> Q:
        """What can be said of the track's own columns; `of_track` leads from a row to its track, as "track__"."""
        found = Q()
        if self.years:
            found &= _within(f"{of_track}year", self.years)
        if self.licence:
            found &= _licensed(f"{of_track}license_url", self.licence)
        if self.playable:
            # Said the other way round, as no index helps to find what nearly all tracks are.
            found &= ~Q(**{f"{of_track}audio_state__in": (Track.AudioState.ABSENT, Track.AudioState.BROKEN)})
        return found

    def tracks(self) -> QuerySet[Track]:
        """The tracks, for orders that no table of genres or tags keeps."""
        found = Track.objects.filter(self.conditions())
        for table, field, one in ((TrackGenre, "genre", self.genre), (TrackTag, "tag", self.tag)):
            if one is not None:
                found = found.filter(_among(table, field, one))
        return found


def _among(table: type[TrackGenre] | type[TrackTag], field: str, one: Genre | Tag) -> Q:
    rows = table.objects.filter(**{field: one})
    if one.track_count > MANY:
        return Q(Exists(rows.filter(track=OuterRef("pk"))))
    return Q(pk__in=rows.values("track"))


def _within(column: str, years: tuple[int, int]) -> Q:
    if sum(count for year, count in year_counts().items() if years[0] <= year <= years[1]) > MANY:
        # An expression, so that the list's order is walked rather than the index of years.
        return Q(GreaterThanOrEqual(F(column) + 0, years[0])) & Q(LessThanOrEqual(F(column) + 0, years[1]))
    return Q(**{f"{column}__range": years})


def _licensed(column: str, kind: LicenceKind) -> Q:
    urls = urls_of(kind)
    if sum(urls.values()) > MANY:
        # Said the other way round, so that the list's order is walked rather than the index of licences.
        return ~Q(**{f"{column}__in": [url for url in _licence_urls() if url not in urls]})
    return Q(**{f"{column}__in": list(urls)})


def year_counts() -> dict[int, int]:
    """How many tracks are of each year, from the earliest."""
    known = Track.objects.filter(year__isnull=False).order_by("year").values_list("year")
    return cache.get_or_set("year-counts", lambda: dict(known.annotate(Count("pk"))), LASTS)


def licence_kinds() -> list[tuple[LicenceKind, int]]:
    """The kinds of licences that tracks have, and of how many tracks."""
    counts: dict[LicenceKind, int] = {}
    for url, count in _licence_urls().items():
        if kind := kind_of(url):
            counts[kind] = counts.get(kind, 0) + count
    return [(kind, counts[kind]) for kind in KINDS if kind in counts]


def urls_of(kind: LicenceKind) -> dict[str, int]:
    """The addresses of all versions and adaptations of a licence, and of how many tracks each is."""
    return {url: count for url, count in _licence_urls().items() if kind_of(url) is kind}


def _licence_urls() -> dict[str, int]:
    return cache.get_or_set(
        "licence-urls", lambda: dict(Track.objects.order_by().values_list("license_url").annotate(Count("pk"))), LASTS
    )


def _genre(text: str) -> Genre | None:
    if not text:
        return None
    is_id = text.isascii() and text.isdigit() and len(text) < 19
    genre = Genre.objects.filter(pk=int(text)).first() if is_id else None
    if genre is None:
        raise Missing(_("There is no genre {given}").format(given=repr(text[:40])))
    return genre


def _tag(text: str) -> Tag | None:
    if not text:
        return None
    tag = Tag.objects.filter(name=plain(text)).first()
    if tag is None:
        raise Missing(_("Nothing is tagged {given}").format(given=repr(text[:80])))
    return tag


def _years(text: str) -> tuple[int, int] | None:
    """ "1994", or "1990s" for a decade."""
    if not text:
        return None
    number = text.removesuffix("s")
    if not (number.isascii() and number.isdigit() and len(number) == 4 and EARLIEST <= int(number) <= LATEST):
        reason = _("{given} is neither a year such as 1994 nor a decade such as 1990s")
        raise Missing(reason.format(given=repr(text[:40])))
    return (int(number), int(number)) if number == text else (int(number) // 10 * 10, int(number) // 10 * 10 + 9)


def _licence(code: str) -> LicenceKind | None:
    if not code:
        return None
    kind = next((kind for kind in KINDS if kind.code == code), None)
    if kind is None:
        text = _("{given} is no licence; one of {known} is")
        raise Missing(text.format(given=repr(code[:40]), known=", ".join(kind.code for kind in KINDS)))
    return kind
