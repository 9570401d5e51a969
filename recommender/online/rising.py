"""What more listeners play than did before.

The newest plays, of the last two weeks and at most MOST_PLAYS, are halved by time. A track rises by how far the number
of its listeners in the newer half is above that in the older one, in standard deviations of a difference of two
Poisson counts: two more listeners are much for a track that had none, and nothing for one that had hundreds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from recommender.online.blend import allowed
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.shelves import Offer
from recommender.online.spread import LENGTH, spread
from recommender.online.taste import Taste
from streaming.models import Play

WINDOW = timedelta(weeks=2)
MOST_PLAYS = 20_000
# One listener is nobody else's news.
FEWEST_LISTENERS = 2
# Tracks kept, and seconds for which they are taken to be true.
DEPTH = 200
LASTS = 300
KEY = "rising-tracks"


@dataclass(frozen=True)
class Risen:
    track_id: int
    listeners: int
    score: float


def rising() -> list[Risen]:
    """The tracks that rise, the fastest first; as of at most LASTS seconds ago."""
    return cache.get_or_set(KEY, _rising, LASTS)


def rising_now(risen: Sequence[Risen], taste: Taste | None, catalogue: Catalogue, run_id: int) -> list[Offer]:
    """As a shelf, for one listener or for whoever comes; `run_id` stands for it, as no model chose it."""
    track_ids = np.array([each.track_id for each in risen], dtype=np.int64)
    track_ids = track_ids[catalogue.are_playable(track_ids)] if taste is None else allowed(track_ids, taste, catalogue)
    artists = catalogue.artists[catalogue.places(track_ids)]
    by_id = {each.track_id: each for each in risen}
    chosen = spread(zip(track_ids.tolist(), artists.tolist(), strict=True), LENGTH)
    return [
        Offer(track_id, by_id[track_id].score, Reason(run_id, Wording.RISING, str(by_id[track_id].listeners)))
        for track_id in chosen
    ]


def _rising() -> list[Risen]:
    now = timezone.now()
    plays = Play.objects.filter(started_at__gt=now - WINDOW, started_at__lte=now)
    # Of many plays the newest: the window is as long as they reach.
    oldest = plays.order_by("-started_at").values_list("started_at", flat=True)[MOST_PLAYS : MOST_PLAYS + 1].first()
    since = oldest or now - WINDOW
    middle = since + (now - since) / 2
    counted = (
        plays.filter(started_at__gt=since)
        .order_by()
        .values("track")
        .annotate(
            newer=Count("listener", distinct=True, filter=Q(started_at__gt=middle)),
            older=Count("listener", distinct=True, filter=Q(started_at__lte=middle)),
        )
        .filter(newer__gte=FEWEST_LISTENERS)
        .values_list("track", "newer", "older")
    )
    risen = [
        Risen(track_id, newer, (newer - older) / (newer + older) ** 0.5)
        for track_id, newer, older in counted
        if newer > older
    ]
    return sorted(risen, key=lambda each: (-each.score, each.track_id))[:DEPTH]
