"""Why a track is offered, in words that name what spoke for it most."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Self

from django.utils.dateformat import format as dated
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_noop as _

from recommender.online.catalogue import Catalogue
from streaming.models import Album, Artist, Track

# The title of a shelf.
BECAUSE = _("Because you played {}")


class Wording(Enum):
    """A sentence, what it names, and the sentence for when that is not to be had (any more)."""

    TOGETHER = _("Listeners of “{}” play this"), "track", _("Listeners of a track that is gone play this")
    LIKE_YOU = _("Listeners like you play this"), "", ""
    AGAIN = _("You enjoyed it before"), "", ""
    SOUND = _("Sounds like “{}”"), "track", _("Sounds like a track that is gone")
    CHARACTER = _("Like “{}”"), "track", _("Like a track that is gone")
    POPULAR = _("Popular in {}"), "genre", _("Popular with everyone")
    CHOSEN_GENRE = _("Because you chose {}"), "genre", _("Because you chose a genre that is gone")
    CHOSEN_ARTIST = _("Because you chose {}"), "artist", _("Because you chose an artist that is gone")
    BACK = _("You enjoyed it on {}"), "day", ""
    RISING = _("Played by {} listeners lately, more than before"), "words", ""
    # A station's own: what it was begun with, and what is left when all that is like it has been played.
    STATION = _("Where this radio began"), "", ""
    OF_ARTIST = _("By {}"), "artist", _("By an artist that is gone")
    OF_ALBUM = _("On {}"), "album", _("On an album that is gone")
    OF_GENRE = _("More {}"), "genre", _("Of a genre that is gone")
    OF_TAG = _("Tagged {}"), "words", ""
    ANYTHING = _("All that is nearer has been played"), "", ""
    ALL_PLAYED = _("Everything has been played, so it begins anew"), "", ""

    def __init__(self, text: str, names: str, without: str) -> None:
        self.text = text
        self.names = names
        self.without = without


@dataclass(frozen=True)
class Reason:
    """`of` is the id of what the wording names, the words themselves, or a day as 2026-11-21.

    `alike_in` says in which of Echo Nest's features two tracks are alike.
    """

    run_id: int
    wording: Wording
    of: int | str = 0
    alike_in: tuple[str, ...] = ()

    def says_as(self, other: "Reason") -> bool:
        """Whether both say the same, whichever model says it."""
        return (self.wording, self.of) == (other.wording, other.of)


@dataclass(frozen=True)
class Names:
    """What reasons name, by kind and id."""

    by_kind: dict[str, dict[int, str]]
    # Sentences by reason: a few dozen reasons stand on the hundred and more tracks of a refresh.
    _texts: dict[tuple, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, reasons: Iterable[Reason], catalogue: Catalogue, *, tracks: Iterable[int] = ()) -> Self:
        """One query each for tracks, artists and albums, where any is named; `tracks` are read besides."""
        named: dict[str, set] = defaultdict(set, track=set(tracks))
        for reason in reasons:
            named[reason.wording.names].add(reason.of)
        return cls(
            {
                "track": _titles(Track, "title", named["track"]),
                "artist": _titles(Artist, "name", named["artist"]),
                "album": _titles(Album, "title", named["album"]),
                "genre": catalogue.genre_titles,
                "words": {words: words for words in named["words"]},
                "day": {day: day for day in named["day"]},
            }
        )

    def track(self, track_id: int) -> str:
        return self.by_kind["track"].get(track_id, "")

    def says(self, reason: Reason) -> list[str | None]:
        """What is stored: the wording, the name that fills it, and the features; `said` makes the sentence of it."""
        name = self.by_kind.get(reason.wording.names, {}).get(reason.of)
        return [reason.wording.name, name, *reason.alike_in]

    def text(self, reason: Reason) -> str:
        """In English, for whoever reads what is stored."""
        key = (reason.wording, reason.of, reason.alike_in)
        if key not in self._texts:
            with override("en"):
                self._texts[key] = said(self.says(reason))
        return self._texts[key]


def said(says: Sequence[str | None]) -> str:
    """The sentence of `Names.says`, in the reader's language."""
    return _said(get_language(), *says)


# A few dozen stand on the hundred and more tracks of a listener's shelves, and on those of the next push again.
@lru_cache(maxsize=4096)
def _said(_language: str | None, wording: str, name: str | None, *features: str) -> str:
    wording = Wording[wording]
    if wording.names == "day" and name:
        name = dated(date.fromisoformat(name), gettext("j F"))
    sentence = gettext(wording.without if wording.names and name is None else wording.text).format(name)
    if not features:
        return sentence
    alike_in = gettext("{} and {}").format(*map(gettext, features)) if len(features) == 2 else gettext(features[0])
    return gettext("{sentence} in {features}").format(sentence=sentence, features=alike_in)


def _titles(model: type[Track] | type[Artist] | type[Album], column: str, ids: set[int]) -> dict[int, str]:
    return dict(model.objects.order_by().filter(pk__in=ids).values_list("pk", column)) if ids else {}
