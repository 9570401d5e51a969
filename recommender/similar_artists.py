"""Artists whose music sounds like another's: whose tracks are near to that one's best known."""

import numpy as np

from recommender.algorithms.content import content
from recommender.online.catalogue import catalogue
from streaming.models import Artist, Track

# Of the artist, the most heard tracks that can be played stand for the whole.
TRACKS = 3
NEIGHBOURS = 60
SHOWN = 8


def similar_to(artist_id: int) -> list[Artist]:
    """Up to SHOWN artists, the most alike first; two queries, and none before anything was learned of sounds.

    An artist is as near as the sum of the likenesses of their tracks, each to the one it is nearest to: many tracks
    that are like some say more than a single one that is like one.
    """
    model = content()
    if model is None:
        return []
    known = Track.objects.playable().filter(artist=artist_id).order_by("-listens", "pk")
    found = model.similar_to_each(list(known.values_list("pk", flat=True)[:TRACKS]), NEIGHBOURS)
    nearest: dict[int, float] = {}
    for track_ids, values in found:
        for track_id, value in zip(track_ids.tolist(), values.tolist(), strict=True):
            nearest[track_id] = max(nearest.get(track_id, 0.0), value)
    artists = _summed(nearest, artist_id)
    by_id = Artist.objects.defer("bio").in_bulk(artists)
    return [by_id[pk] for pk in artists if pk in by_id]


def _summed(nearest: dict[int, float], besides: int) -> list[int]:
    tracks, values = np.array([*nearest], np.int64), np.array([*nearest.values()])
    places = catalogue().places(tracks)
    of_tracks, values = catalogue().artists[places[places >= 0]], values[places >= 0]
    artists, members = np.unique(of_tracks, return_inverse=True)
    sums = np.bincount(members, weights=values, minlength=len(artists))
    order = np.argsort(-sums, kind="stable")
    return [int(artists[n]) for n in order if artists[n] != besides][:SHOWN]
