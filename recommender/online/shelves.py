"""Shelves out of what speaks for each track: the best first, with artists and genres spread."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from recommender.algorithms.popularity import NO_GENRE
from recommender.online.blend import Blended, allowed, scaled
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.sources import Kind, Source
from recommender.online.sources.base import listed
from recommender.online.spread import LENGTH, calibrated, spread
from recommender.online.taste import Taste

# Genres that have a part in the shelf of the listener's genres.
GENRES = 3


@dataclass(frozen=True)
class Offer:
    track_id: int
    score: float
    reason: Reason


def for_you(blended: Blended, taste: Taste, catalogue: Catalogue) -> list[Offer]:
    """What has the highest scores; nothing that more speaks against than for."""
    return _offers(blended, _chosen(blended, blended.scores, taste, catalogue))


def new_to_you(blended: Blended, taken: Iterable[int], taste: Taste, catalogue: Catalogue) -> list[Offer]:
    """What the listener never played and another shelf does not offer; artists never played come first."""
    track_ids, scores = blended.track_ids, blended.scores
    known_artist = np.isin(catalogue.artists[catalogue.places(track_ids)], taste.played_artists(catalogue))
    scores = np.where(np.isin(track_ids, taste.played) | np.isin(track_ids, list(taken)), 0.0, scores)
    chosen = [
        *_chosen(blended, np.where(known_artist, 0.0, scores), taste, catalogue),
        *_chosen(blended, np.where(known_artist, scores, 0.0), taste, catalogue),
    ]
    return _offers(blended, chosen[:LENGTH])


def your_genres(blended: Blended, taken: Iterable[int], taste: Taste, catalogue: Catalogue) -> list[Offer]:
    """The best of each of the listener's first GENRES genres in turn that no shelf before offers."""
    of_tracks = catalogue.genres[catalogue.places(blended.track_ids)]
    scores = np.where(np.isin(blended.track_ids, list(taken)), 0.0, blended.scores)
    ranked = np.argsort(-scores, kind="stable")
    ranked = ranked[scores[ranked] > 0]
    first = sorted((genre for genre in taste.genres if genre != NO_GENRE), key=lambda genre: -taste.genres[genre])
    columns = [ranked[of_tracks[ranked] == genre].tolist() for genre in first[:GENRES]]
    turns = [place for turn in zip_longest(*columns) for place in turn if place is not None]
    artists = catalogue.artists[catalogue.places(blended.track_ids[turns])]
    chosen = spread(zip(turns, artists.tolist(), strict=True), LENGTH)
    return [
        replace(offer, reason=Reason(offer.reason.run_id, Wording.OF_GENRE, int(of_tracks[place])))
        for place, offer in zip(chosen, _offers(blended, chosen), strict=True)
    ]


def because(sources: Iterable[Source], taste: Taste, catalogue: Catalogue) -> tuple[int | None, list[Offer]]:
    """The last track enjoyed that others are like, and these: half by who plays both, half by what they are like."""
    for seed in taste.seeds:
        if seed in taste.history.played or any(liked.track_id == seed for liked in taste.history.liked):
            offers = _alike(seed, sources, taste, catalogue)
            if offers:
                return seed, offers
    return None, []


def _alike(seed: int, sources: Iterable[Source], taste: Taste, catalogue: Catalogue) -> list[Offer]:
    speaking = [(source, found) for source in sources if len((found := source.alike(seed))[0])]
    if not speaking:
        return []
    track_ids = allowed(np.unique(np.concatenate([ids for _, (ids, _) in speaking])), taste, catalogue)
    track_ids = track_ids[track_ids != seed]
    together = [source.kind is Kind.LISTENERS for source, _ in speaking]
    parts = np.stack(
        [
            scaled(listed(track_ids, [found])[0][None])[0] / (2 * together.count(side))
            for (_, found), side in zip(speaking, together, strict=True)
        ]
    )
    scores = parts.sum(axis=0)
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    artists = catalogue.artists[catalogue.places(track_ids[order])]
    return [
        Offer(
            int(track_ids[n]), float(scores[n]), speaking[parts[:, n].argmax()][0].alike_reason(int(track_ids[n]), seed)
        )
        for n in spread(zip(order.tolist(), artists.tolist(), strict=True), LENGTH)
    ]


def _chosen(blended: Blended, scores: np.ndarray, taste: Taste, catalogue: Catalogue) -> list[int]:
    places = catalogue.places(blended.track_ids)
    return calibrated(scores, catalogue.artists[places], catalogue.genres[places], taste.genres)


def _offers(blended: Blended, chosen: list[int]) -> list[Offer]:
    scores = blended.scores
    return [
        Offer(int(blended.track_ids[place]), float(scores[place]), reason)
        for place, reason in zip(chosen, blended.reasons(chosen), strict=True)
    ]
