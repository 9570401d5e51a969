"""A listener's shelves, made anew from what they played, liked, banned and said of their taste."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, zip_longest

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from uuid_utils.compat import uuid7

from recommender import interactions, store
from recommender.algorithms.popularity import Popularity
from recommender.interactions import History
from recommender.models import Recommendation
from recommender.online.blend import blended
from recommender.online.catalogue import Catalogue, catalogue
from recommender.online.choices import with_each_choice
from recommender.online.lately import jump_back, like_today
from recommender.online.reasons import BECAUSE, Names, Reason, Wording
from recommender.online.rising import rising, rising_now
from recommender.online.shelves import Offer, because, for_you, new_to_you, your_genres
from recommender.online.sources import in_use
from recommender.online.spread import LENGTH, spread
from recommender.online.taste import chosen, taste
from streaming import taste_settings
from streaming.models import TasteSettings
from streaming.models.taste_settings import BETWEEN

# Plays, likes and bans looked at, each: the taste of a longer history is in its newest part.
NEWEST = 300
# Tracks a genre that the cold start chooses from.
COLD_DEPTH = 20

Kind = Recommendation.Shelf


def refresh(listener_id: uuid.UUID) -> None:
    """Replace the listener's shelves; one of whom nothing is known, or not any more, is left to the cold start's."""
    at = timezone.now()
    store.replace(listener_id, _shelves(listener_id, at), at)


def warm_up() -> None:
    """Read what every refresh needs, so that the first listener does not wait for it: seconds, in a large catalogue."""
    in_use()
    catalogue()
    rising()


def refresh_cold() -> None:
    """Replace the shelves of whoever has not played anything: what is popular, genre after genre."""
    at, model, tracks = timezone.now(), Popularity.current(), catalogue()
    if model is None:
        return
    offers = _round_robin(model, tracks)
    shelves = [
        (Kind.FOR_YOU, _("Popular across the genres"), offers[:LENGTH]),
        (Kind.NEW_TO_YOU, _("More to discover"), offers[LENGTH:]),
        (Kind.RISING, _("Rising now"), rising_now(rising(), None, tracks, model.run_id)),
    ]
    store.replace(None, _worded(shelves, tracks), at)


def _shelves(listener_id: uuid.UUID, at: datetime) -> list[store.Shelf]:
    history, settings = interactions.of_listener(listener_id, NEWEST), taste_settings.of_listener(listener_id)
    if history or settings.genres or settings.artists or settings.adventure != BETWEEN:
        return _personal(history, settings, at)
    return []


def _personal(history: History, settings: TasteSettings, at: datetime) -> list[store.Shelf]:
    models, tracks = in_use(), catalogue()
    listener = taste(history, tracks, chosen=chosen(settings), adventure=settings.adventure)
    sources = models.sources(listener, tracks)
    told = blended(sources, models, listener, tracks)
    run_id = models.popularity.run_id if models.popularity else 0
    best = with_each_choice(for_you(told, listener, tracks), listener, tracks, models.popularity)
    seed, alike = because(sources, listener, tracks)
    taken = [offer.track_id for offer in (*best, *alike)]
    new = new_to_you(told, taken, listener, tracks)
    taken += [offer.track_id for offer in new]
    shelves = [
        (Kind.FOR_YOU, _("For you"), best),
        (Kind.BECAUSE, BECAUSE, alike),
        (Kind.TODAY, _("More like today"), like_today(sources, listener, tracks, at)),
        (Kind.NEW_TO_YOU, _("New to you"), new),
        (Kind.RISING, _("Rising now"), rising_now(rising(), listener, tracks, run_id)),
        (Kind.GENRES, _("Your genres"), your_genres(told, taken, listener, tracks)),
        (Kind.BACK, _("Jump back in"), jump_back(listener, tracks, run_id)),
    ]
    return _worded(shelves, tracks, seed)


def _worded(
    shelves: Sequence[tuple[str, str, Sequence[Offer]]], tracks: Catalogue, seed: int | None = None
) -> list[store.Shelf]:
    """Shelves as they are stored; one without tracks is left out. A title may name the `seed`."""
    reasons = [offer.reason for *_, offers in shelves for offer in offers]
    names = Names.of(reasons, tracks, tracks=[] if seed is None else [seed])
    return [
        store.Shelf(uuid7(), slug.value, title.format(names.track(seed)), [item(offer, names) for offer in offers])
        for slug, title, offers in shelves
        if offers
    ]


def item(offer: Offer, names: Names) -> store.Item:
    """As it is stored."""
    reason = offer.reason
    return store.Item(offer.track_id, round(offer.score, 4), names.text(reason), reason.run_id, names.says(reason))


def _round_robin(model: Popularity, tracks: Catalogue) -> list[Offer]:
    """The best of each genre, then the second of each, and so on; two shelves' worth."""
    columns = [
        [
            Offer(track_id, score, Reason(model.run_id, Wording.POPULAR, genre))
            for track_id, score in zip(*(values.tolist() for values in model.of_genre(genre, COLD_DEPTH)), strict=True)
        ]
        for genre in model.genres
    ]
    offers = [offer for offer in chain.from_iterable(zip_longest(*columns)) if offer]
    track_ids = np.array([offer.track_id for offer in offers], dtype=np.int64)
    playable = np.flatnonzero(tracks.are_playable(track_ids))
    artists = tracks.artists[tracks.places(track_ids[playable])]
    return [offers[n] for n in spread(zip(playable.tolist(), artists.tolist(), strict=True), 2 * LENGTH)]
