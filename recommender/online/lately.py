"""Shelves out of what the listener did lately: more like what they played today, and what to go back to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from recommender.interactions import History
from recommender.online.blend import allowed
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.shelves import Offer
from recommender.online.sources import Kind, Source
from recommender.online.sources.base import listed
from recommender.online.spread import LENGTH, spread
from recommender.online.taste import Taste

# Today is what was played since a night's sleep, whatever the calendar says.
TODAY = timedelta(hours=18)
# One track is no mood yet: what is like it alone has a shelf of its own.
FEWEST = 2


def like_today(sources: Iterable[Source], taste: Taste, catalogue: Catalogue, at: datetime) -> list[Offer]:
    """What sounds like several tracks enjoyed today, the nearest to all of them first."""
    seeds = [seed for seed in taste.seeds if seed in _of_today(taste.history, at)]
    hearing = [source for source in sources if source.kind in (Kind.SOUND, Kind.CHARACTER)]
    found = [(source, seed, source.alike(seed)) for source in hearing for seed in seeds]
    found = [(source, seed, ranked) for source, seed, ranked in found if len(ranked[0])]
    if len({seed for _, seed, _ in found}) < FEWEST:
        return []
    track_ids = allowed(np.unique(np.concatenate([ids for _, _, (ids, _) in found])), taste, catalogue)
    track_ids = track_ids[~np.isin(track_ids, seeds)]
    parts = np.stack([listed(track_ids, [ranked])[0] for _, _, ranked in found])
    scores = parts.sum(axis=0) / len(seeds)
    order = np.argsort(-scores, kind="stable")
    artists = catalogue.artists[catalogue.places(track_ids[order])]
    chosen = spread(zip(order.tolist(), artists.tolist(), strict=True), LENGTH)
    return [Offer(int(track_ids[n]), float(scores[n]), _nearest(found, parts[:, n], int(track_ids[n]))) for n in chosen]


def jump_back(taste: Taste, catalogue: Catalogue, run_id: int) -> list[Offer]:
    """What the listener enjoyed before this session, the latest first; `run_id` stands for it, as no model chose it."""
    history = taste.history
    said = {said.track_id: said.at for said in sorted([*history.heard, *history.liked], key=lambda said: said.at)}
    track_ids = allowed(np.array(history.enjoyed(), dtype=np.int64), taste, catalogue)
    artists = catalogue.artists[catalogue.places(track_ids)]
    return [
        Offer(track_id, 0.0, Reason(run_id, Wording.BACK, said[track_id].date().isoformat()))
        for track_id in spread(zip(track_ids.tolist(), artists.tolist(), strict=True), LENGTH)
    ]


def _of_today(history: History, at: datetime) -> set[int]:
    return {said.track_id for said in (*history.heard, *history.liked) if said.at >= at - TODAY}


def _nearest(found: list, parts: np.ndarray, track_id: int) -> Reason:
    source, seed, _ = found[int(parts.argmax())]
    return source.alike_reason(track_id, seed)
