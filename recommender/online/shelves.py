"""Shelves out of what speaks for each track: the best first, with artists spread."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recommender.online.blend import PREFERENCE_ROW, SOUND_ROW, Blended, scaled
from recommender.online.candidates import BY_SOUND, Candidates, Models, allowed, best_of, listed, scores_of
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, reasons
from recommender.online.taste import Taste

# Tracks a shelf.
LENGTH = 20
# Tracks of one artist a shelf.
PER_ARTIST = 2


@dataclass(frozen=True)
class Offer:
    track_id: int
    score: float
    reason: Reason


def for_you(blended: Blended, taste: Taste, models: Models, catalogue: Catalogue) -> list[Offer]:
    """What has the highest scores; nothing that more speaks against than for."""
    order = np.argsort(-blended.scores, kind="stable")
    return _offers(blended, order[blended.scores[order] > 0], taste, models, catalogue)


def new_to_you(
    blended: Blended, taken: Iterable[int], taste: Taste, models: Models, catalogue: Catalogue
) -> list[Offer]:
    """What the listener never played and another shelf does not offer; artists never played come first."""
    track_ids = blended.candidates.track_ids
    played = np.array(sorted(taste.history.played), dtype=np.int64)
    places = catalogue.places(played)
    known_artist = np.isin(
        catalogue.artists[catalogue.places(track_ids)], np.unique(catalogue.artists[places[places >= 0]])
    )
    new = ~np.isin(track_ids, played) & ~np.isin(track_ids, list(taken)) & (blended.scores > 0)
    order = np.lexsort((-blended.scores, known_artist))
    return _offers(blended, order[new[order]], taste, models, catalogue)


def because(
    candidates: Candidates, taste: Taste, models: Models, catalogue: Catalogue
) -> tuple[int | None, list[Offer]]:
    """The last track enjoyed that has neighbours, and these: half by who plays both, half by sound."""
    for seed, by_sound in zip(taste.seeds, candidates.alike, strict=True):
        together = models.als.similarities(seed) if models.als else None
        best = best_of(models.als, together, BY_SOUND, taste, catalogue)
        track_ids = allowed(np.unique(np.concatenate([by_sound[0], best])), taste, catalogue)
        track_ids = track_ids[track_ids != seed]
        parts = np.zeros((2, len(track_ids)))
        parts[PREFERENCE_ROW] = scaled(scores_of(models.als, together, track_ids)) / 2
        parts[SOUND_ROW] = scaled(listed(track_ids, [by_sound])[0]) / 2
        scores = parts.sum(axis=0)
        order = np.argsort(-scores, kind="stable")
        chosen = _spread(order[scores[order] > 0], track_ids, catalogue)
        if chosen:
            sources = parts.argmax(axis=0)
            return seed, [Offer(int(track_ids[n]), float(scores[n]), Reason(int(sources[n]), seed)) for n in chosen]
    return None, []


def _offers(blended: Blended, order: np.ndarray, taste: Taste, models: Models, catalogue: Catalogue) -> list[Offer]:
    track_ids = blended.candidates.track_ids
    chosen = _spread(order, track_ids, catalogue)
    why = reasons(blended, np.array(chosen, dtype=np.int64), taste, models, catalogue)
    scores = blended.scores
    return [Offer(int(track_ids[n]), float(scores[n]), reason) for n, reason in zip(chosen, why, strict=True)]


def _spread(order: np.ndarray, track_ids: np.ndarray, catalogue: Catalogue) -> list[int]:
    """The first LENGTH places of `order`, without more than PER_ARTIST of an artist."""
    artists = catalogue.artists[catalogue.places(track_ids[order])]
    return spread(zip(order.tolist(), artists.tolist(), strict=True), LENGTH)


def spread(ranked: Iterable[tuple[int, int]], length: int) -> list[int]:
    """The first `length` things of pairs (thing, artist id), without more than PER_ARTIST of an artist."""
    chosen: list[int] = []
    artists: Counter[int] = Counter()
    for thing, artist in ranked:
        if len(chosen) == length:
            break
        if artists[artist] < PER_ARTIST:
            artists[artist] += 1
            chosen.append(thing)
    return chosen
