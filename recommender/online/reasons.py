"""Why a track is offered, in words, from what gave the most to its score."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recommender.online.blend import POPULARITY_ROW, PREFERENCE_ROW, SOUND_ROW, Blended
from recommender.online.candidates import Models
from recommender.online.catalogue import Catalogue
from recommender.online.taste import Taste
from streaming.models import Track


@dataclass(frozen=True)
class Reason:
    """`source` is a row of the blend, and `of` what it came from: a track's id, or a genre's for popularity.

    `of` is the offered track's own id where its own plays speak for it most.
    """

    source: int
    of: int

    def run_id(self, models: Models) -> int:
        model = {PREFERENCE_ROW: models.als, SOUND_ROW: models.content, POPULARITY_ROW: models.popularity}[self.source]
        return model.run_id

    def text(self, track_id: int, titles: dict[int, str], genre_titles: dict[int, str]) -> str:
        if self.source == POPULARITY_ROW:
            return f"Popular in {genre_titles[self.of]}" if self.of in genre_titles else "Popular with everyone"
        title = titles.get(self.of, "a track that is gone")
        if self.source == SOUND_ROW:
            return f"Sounds like “{title}”"
        return "You enjoyed it before" if self.of == track_id else f"Listeners of “{title}” play this"


def reasons(blended: Blended, chosen: np.ndarray, taste: Taste, models: Models, catalogue: Catalogue) -> list[Reason]:
    """The reason of each chosen candidate, given by its place among them."""
    track_ids, sources = blended.candidates.track_ids[chosen], blended.sources[chosen]
    of = np.where(
        sources == SOUND_ROW,
        blended.candidates.seed[chosen],
        catalogue.genres[catalogue.places(track_ids)],
    )
    preferred = sources == PREFERENCE_ROW
    if preferred.any():
        places = models.als.places(track_ids[preferred])
        shares = taste.folded.shares(models.als.factors[places])
        of[preferred] = taste.folded.preferred[shares.argmax(axis=1)]
    return [Reason(source, whence) for source, whence in zip(sources.tolist(), of.tolist(), strict=True)]


def titles(found: Iterable[Reason], seed: int | None) -> dict[int, str]:
    """Titles of the tracks that reasons name, and of the seed, in one query."""
    track_ids = {reason.of for reason in found if reason.source != POPULARITY_ROW} | {seed}
    return dict(Track.objects.filter(pk__in=track_ids - {None}).values_list("pk", "title"))
