"""What a station plays next.

The seed's tracks count as liked, and what became of the station's own plays counts as it does everywhere: a track
heard out draws its like nearer, a skip pushes its like away. From there the models in use say what is near
(`recommender/online/`). The seed's own tracks get a bonus, an artist heard just now a penalty, and a little chance, so
that two stations of one seed differ. Nothing is given twice until every track that can be played has been: when the
seed's tracks are used up there are those near to them, after these any other, and in the end those given longest ago.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from recommender import interactions
from recommender.interactions import History, Verdict
from recommender.models import Station
from recommender.online.blend import Blended, blended
from recommender.online.catalogue import Catalogue, catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.refresh import NEWEST
from recommender.online.shelves import Offer
from recommender.online.sources import Models, in_use
from recommender.online.taste import SEEDS, Taste, taste
from recommender.radio.seed import Seed
from streaming import taste_settings

# Of the seed's MOST_HEARD tracks so many, drawn once a station, stand for it beside what is played. As many as SEEDS
# would leave no room for that.
ANCHORS = 2
MOST_HEARD = 30
# Artists heard last, and what hearing them again so soon costs.
RECENT = 3
PENALTY = 0.8
# The standard deviation of chance.
CHANCE = 0.05


def choose(station: Station, listener_id: uuid.UUID, count: int) -> list[Offer]:
    """Up to `count` tracks; none where nothing can be played."""
    return list(islice(_Program(station, listener_id), count))


class _Program:
    def __init__(self, station: Station, listener_id: uuid.UUID) -> None:
        self.station = station
        self.seed = Seed.parse(station.seed)
        self.given = [item["track_id"] for item in station.given]
        self.models: Models = in_use()
        self.catalogue: Catalogue = catalogue()
        self.random = np.random.default_rng([station.pk.int, len(self.given)])
        history = interactions.of_listener(listener_id, NEWEST)
        adventure = taste_settings.of_listener(listener_id).adventure
        self.banned = {ban.track_id for ban in history.banned}
        self.taste = _taste(station, history, self.given, self.catalogue, adventure)

    def __iter__(self) -> Iterator[Offer]:
        yield from self._first()
        yield from self._near()
        yield from self._any()
        yield from self._again()

    def _first(self) -> Iterator[Offer]:
        """A track's radio begins with the track, where it may."""
        if self.seed.name == "track" and not self.given and self._may_play(self.seed.of):
            yield self._give(self.seed.of, 1.0, Reason(self._run_id(), Wording.STATION))

    def _near(self) -> Iterator[Offer]:
        sources = self.models.sources(self.taste, self.catalogue)
        told = blended(sources, self.models, self.taste, self.catalogue, besides=self.station.members)
        fresh = ~np.isin(told.track_ids, self.given)
        told = Blended(told.track_ids[fresh], told.sources, told.parts[:, fresh])
        are_members = np.isin(told.track_ids, self.station.members)
        artists = self.catalogue.artists[self.catalogue.places(told.track_ids)]
        scores = told.scores + self.seed.kind.mixing * are_members
        speaks_for = scores > 0
        scores += self.random.normal(scale=CHANCE, size=len(scores))
        while (left := np.flatnonzero(speaks_for)).size:
            recent = np.isin(artists[left], self._recent_artists())
            place = int(left[(scores[left] - PENALTY * recent).argmax()])
            speaks_for[place] = False
            yield self._give(
                int(told.track_ids[place]), float(scores[place]), self._reason(told, place, bool(are_members[place]))
            )

    def _reason(self, told: Blended, place: int, is_member: bool) -> Reason:
        if is_member:
            return Reason(self._run_id(), self.seed.kind.wording, self.seed.of)
        return told.reasons([place])[0]

    def _any(self) -> Iterator[Offer]:
        """Whatever else can be played and was not given; what speaks against it does not count any more."""
        others = self.catalogue.track_ids[self.catalogue.playable]
        others = others[~np.isin(others, [*self.given, *self.banned])]
        for track_id in self.random.permutation(others).tolist():
            yield self._give(track_id, 0.0, Reason(self._run_id(), Wording.ANYTHING))

    def _again(self) -> Iterator[Offer]:
        """Everything was given: from the beginning, without an end."""
        while turn := [track_id for track_id in dict.fromkeys(self._oldest()) if self._may_play(track_id)]:
            for track_id in turn:
                yield self._give(track_id, 0.0, Reason(self._run_id(), Wording.ALL_PLAYED))

    def _oldest(self) -> list[int]:
        """What was given, each track once, by when it was given last."""
        return list(dict.fromkeys(reversed(self.given)))[::-1]

    def _give(self, track_id: int, score: float, reason: Reason) -> Offer:
        self.given.append(track_id)
        return Offer(track_id, score, reason)

    def _may_play(self, track_id: int) -> bool:
        return track_id not in self.banned and bool(self.catalogue.are_playable(np.array([track_id]))[0])

    def _recent_artists(self) -> np.ndarray:
        places = self.catalogue.places(np.array(self.given[-RECENT:], np.int64))
        return self.catalogue.artists[places[places >= 0]]

    def _run_id(self) -> int:
        """What the station gives by itself is no model's doing; popularity's run, which is always there, stands in."""
        return self.models.popularity.run_id if self.models.popularity else 0


def _taste(station: Station, history: History, given: list[int], catalogue: Catalogue, adventure: int) -> Taste:
    here = [play for play in history.heard if play.track_id in given and play.at >= station.created_at]
    banned = {ban.track_id for ban in history.banned}
    anchors = _anchors(station, banned)
    # A ban of the very seed does not make it something to flee from.
    bans = [ban for ban in history.banned if ban.track_id not in anchors]
    liked = [like for like in history.liked if like.at >= station.created_at and like.track_id in given]
    own = replace(
        history,
        heard=here,
        liked=[*(Verdict(track_id, station.created_at) for track_id in anchors), *liked],
        banned=bans,
    )
    found = taste(own, catalogue, adventure=adventure)
    seeds = list(dict.fromkeys([*anchors, *found.seeds]))[:SEEDS]
    excluded = np.array(sorted({*banned, *given, *found.excluded.tolist()}), dtype=np.int64)
    return replace(found, seeds=seeds, excluded=excluded)


def _anchors(station: Station, banned: set[int]) -> list[int]:
    if station.seed.startswith("track:"):
        return station.members
    known = [track_id for track_id in station.members if track_id not in banned][:MOST_HEARD]
    return np.random.default_rng(station.pk.int).permutation(known)[:ANCHORS].astype(np.int64).tolist()
