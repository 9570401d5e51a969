"""Why a track is offered, in words that name what spoke for it most."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self

from recommender.online.catalogue import Catalogue
from streaming.models import Album, Artist, Track


class Wording(Enum):
    """A sentence, what it names, and the sentence for when that is not to be had (any more)."""

    TOGETHER = "Listeners of “{}” play this", "track", "Listeners of a track that is gone play this"
    LIKE_YOU = "Listeners like you play this", "", ""
    AGAIN = "You enjoyed it before", "", ""
    SOUND = "Sounds like “{}”", "track", "Sounds like a track that is gone"
    CHARACTER = "Like “{}”", "track", "Like a track that is gone"
    POPULAR = "Popular in {}", "genre", "Popular with everyone"
    CHOSEN_GENRE = "Because you chose {}", "genre", "Because you chose a genre that is gone"
    CHOSEN_ARTIST = "Because you chose {}", "artist", "Because you chose an artist that is gone"
    BACK = "You enjoyed it on {}", "words", ""
    RISING = "Played by {} listeners lately, more than before", "words", ""
    # A station's own: what it was begun with, and what is left when all that is like it has been played.
    STATION = "Where this radio began", "", ""
    OF_ARTIST = "By {}", "artist", "By an artist that is gone"
    OF_ALBUM = "On {}", "album", "On an album that is gone"
    OF_GENRE = "More {}", "genre", "Of a genre that is gone"
    OF_TAG = "Tagged {}", "words", ""
    ANYTHING = "All that is nearer has been played", "", ""
    ALL_PLAYED = "Everything has been played, so it begins anew", "", ""

    def __init__(self, text: str, names: str, without: str) -> None:
        self.text = text
        self.names = names
        self.without = without


@dataclass(frozen=True)
class Reason:
    """`of` is the id of what the wording names, or the words themselves.

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
            }
        )

    def track(self, track_id: int) -> str:
        return self.by_kind["track"].get(track_id, "")

    def text(self, reason: Reason) -> str:
        wording = reason.wording
        name = self.by_kind.get(wording.names, {}).get(reason.of)
        text = wording.without if wording.names and name is None else wording.text.format(name)
        return text + (f" in {' and '.join(reason.alike_in)}" if reason.alike_in else "")


def _titles(model: type[Track] | type[Artist] | type[Album], column: str, ids: set[int]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=ids).values_list("pk", column)) if ids else {}
