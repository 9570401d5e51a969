"""A listener's shelves, made anew from what they played, liked and banned."""

import uuid
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

import numpy as np
from django.utils import timezone
from uuid_utils.compat import uuid7

from recommender import interactions, store
from recommender.algorithms.als import als
from recommender.algorithms.content import content
from recommender.algorithms.popularity import Popularity, popularity
from recommender.interactions import History
from recommender.models import Recommendation
from recommender.online.blend import POPULARITY_ROW, blend
from recommender.online.candidates import Models, gather
from recommender.online.catalogue import Catalogue, catalogue
from recommender.online.reasons import Reason, titles
from recommender.online.shelves import LENGTH, Offer, because, for_you, new_to_you, spread
from recommender.online.taste import taste

# Plays, likes and bans looked at, each: the taste of a longer history is in its newest part.
NEWEST = 300
# Tracks a genre that the cold start chooses from.
COLD_DEPTH = 20

Kind = Recommendation.Shelf


def refresh(listener_id: uuid.UUID) -> None:
    """Replace the listener's shelves; one of whom nothing is known, or not any more, is left to the cold start's."""
    at = timezone.now()
    history = interactions.of_listener(listener_id, NEWEST)
    store.replace(listener_id, _personal(history) if history else [], at)


def refresh_cold() -> None:
    """Replace the shelves of whoever has not played anything: what is popular, genre after genre."""
    at, model, tracks = timezone.now(), popularity(), catalogue()
    if model is None:
        return
    offers = _round_robin(model, tracks)
    models = Models(None, None, model)
    shelves = [
        (Kind.FOR_YOU, "Popular across the genres", offers[:LENGTH]),
        (Kind.NEW_TO_YOU, "More to discover", offers[LENGTH:]),
    ]
    store.replace(None, _worded(shelves, models, tracks, {}), at)


def _personal(history: History) -> list[store.Shelf]:
    models, tracks = Models(als(), content(), popularity()), catalogue()
    listener = taste(history, models.als, tracks)
    blended = blend(gather(listener, models, tracks), listener.folded.evidence if listener.folded else 0.0)
    best = for_you(blended, listener, models, tracks)
    seed, alike = because(blended.candidates, listener, models, tracks)
    taken = [offer.track_id for offer in (*best, *alike)]
    new = new_to_you(blended, taken, listener, models, tracks)
    names = titles([offer.reason for offer in (*best, *new)], seed)
    shelves = [
        (Kind.FOR_YOU, "For you", best),
        (Kind.BECAUSE, f"Because you played {names.get(seed, '')}", alike),
        (Kind.NEW_TO_YOU, "New to you", new),
    ]
    return _worded(shelves, models, tracks, names)


def _worded(
    shelves: Iterable[tuple[str, str, Sequence[Offer]]], models: Models, tracks: Catalogue, names: dict[int, str]
) -> list[store.Shelf]:
    """Shelves as they are stored; one without tracks is left out."""
    return [
        store.Shelf(uuid7(), slug.value, title, [_item(offer, models, tracks, names) for offer in offers])
        for slug, title, offers in shelves
        if offers
    ]


def _item(offer: Offer, models: Models, tracks: Catalogue, names: dict[int, str]) -> store.Item:
    reason = offer.reason
    text = reason.text(offer.track_id, names, tracks.genre_titles)
    return store.Item(offer.track_id, round(offer.score, 4), text, reason.run_id(models))


def _round_robin(model: Popularity, tracks: Catalogue) -> list[Offer]:
    """The best of each genre, then the second of each, and so on; two shelves' worth."""
    columns = [
        [
            Offer(track_id, score, Reason(POPULARITY_ROW, genre))
            for track_id, score in zip(*(values.tolist() for values in model.of_genre(genre, COLD_DEPTH)), strict=True)
        ]
        for genre in model.genres
    ]
    offers = [offer for offer in chain.from_iterable(zip_longest(*columns)) if offer]
    track_ids = np.array([offer.track_id for offer in offers], dtype=np.int64)
    playable = np.flatnonzero(tracks.are_playable(track_ids))
    artists = tracks.artists[tracks.places(track_ids[playable])]
    return [offers[n] for n in spread(zip(playable.tolist(), artists.tolist(), strict=True), 2 * LENGTH)]
