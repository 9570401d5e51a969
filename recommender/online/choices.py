"""Whoever chose genres and artists to begin with finds each of them at the front of the shelf, with its name on it.

The scores alone do not see to that: an artist's tracks and all that is like them may outrank every track of a genre
that was chosen beside. So the first places are given to those of the choices that would not be seen there. A choice
of which something was played since is left to the scores, which know more by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from recommender.algorithms.popularity import DEPTH, Popularity
from recommender.online.blend import allowed
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.shelves import Offer
from recommender.online.spread import LENGTH
from recommender.online.taste import Taste

# Places in which each choice is to be seen: what a window of usual width shows without scrolling.
FRONT = 6


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what may stand for it: ids, the best first."""

    reason: Reason
    track_ids: np.ndarray


def with_each_choice(
    best: list[Offer], taste: Taste, catalogue: Catalogue, popularity: Popularity | None
) -> list[Offer]:
    """The shelf with a track for each choice among its first FRONT; as it was where they are there already."""
    choices = list(_choices(taste, catalogue, popularity))
    best = [_by_its_own_name(offer, choices) for offer in best]
    front, missing = best[:FRONT], list[Offer]()
    for choice in choices:
        if not any(offer.reason.says_as(choice.reason) for offer in (*front, *missing)):
            missing += _first(choice, choices, [*front, *missing])
    promoted = {offer.track_id for offer in missing}
    rest = [offer for offer in best if offer.track_id not in promoted]
    return [*rest[:1], *missing, *rest[1:]][:LENGTH]


def _by_its_own_name(offer: Offer, choices: list[Choice]) -> Offer:
    """A chosen artist's track is there because of that artist, whatever it sounds like beside."""
    for choice in choices:
        if choice.reason.wording is Wording.CHOSEN_ARTIST and offer.track_id in choice.track_ids:
            return replace(offer, reason=replace(choice.reason, run_id=offer.reason.run_id))
    return offer


def _first(choice: Choice, choices: list[Choice], front: list[Offer]) -> list[Offer]:
    """One offer for the choice: better a track that is not in front yet, else one that no other choice needs there."""
    needed = [each.reason for each in choices]
    taken = {offer.track_id for offer in front}
    spare = {offer.track_id for offer in front if not any(offer.reason.says_as(reason) for reason in needed)}
    ids = choice.track_ids.tolist()
    found = next((pk for pk in (*(pk for pk in ids if pk not in taken), *(pk for pk in ids if pk in spare))), None)
    return [] if found is None else [Offer(found, front[0].score if front else 1.0, choice.reason)]


def _choices(taste: Taste, catalogue: Catalogue, popularity: Popularity | None) -> Iterator[Choice]:
    """Those of which nothing was played yet."""
    run_id = popularity.run_id if popularity else 0
    places = catalogue.places(taste.played)
    places = places[places >= 0]
    for artist, track_ids in taste.chosen.artists.items():
        if artist not in catalogue.artists[places]:
            yield Choice(Reason(run_id, Wording.CHOSEN_ARTIST, artist), allowed(track_ids, taste, catalogue))
    for chosen in taste.chosen.genres:
        genre = catalogue.top_genres.get(chosen)
        if genre is not None and genre not in catalogue.genres[places]:
            track_ids = _of_genre(genre, taste, catalogue, popularity)
            yield Choice(Reason(run_id, Wording.CHOSEN_GENRE, genre), track_ids)


def _of_genre(genre: int, taste: Taste, catalogue: Catalogue, popularity: Popularity | None) -> np.ndarray:
    """The chosen artists' own come last: they stand for their artist already."""
    if popularity is None:
        track_ids = catalogue.track_ids[catalogue.genres == genre]
    else:
        track_ids, _ = popularity.of_genre(genre, DEPTH)
    track_ids = allowed(track_ids, taste, catalogue)
    of_chosen = np.isin(catalogue.artists[catalogue.places(track_ids)], list(taste.chosen.artists))
    return np.concatenate([track_ids[~of_chosen], track_ids[of_chosen]])
