"""What became of what was recommended: played, played through, skipped, liked or banned, by model and shelf.

Counted is an offer: one track on one kind of shelf to one listener on one day (UTC), however often the shelf was made
anew on it, as it is at each event. It counts where the listener played anything while the shelf stood; whether they
looked at the page is not known. An offer counts as played only where the player said that the play came from that
shelf. Of the shelves of the cold start nobody knows to whom they were offered: their offers are those that were played.

A rate has its interval by Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
"""

import math
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Model

from recommender.models import ModelRun, Recommendation
from streaming.models import Ban, Like, Play

# The newest shelves are looked at, as many at most: more would make the page slow.
SHELVES = 20_000
# Listeners and ids asked for in one query.
BLOCK = 500
# A like or ban counts for an offer until so long after the play began.
SAID_WITHIN = timedelta(days=1)
# Skipped before this share was heard.
EARLY = 0.25
# The normal quantile of a 95% interval.
Z = 1.96

WHAT = ("played", "finished", "skipped", "liked", "banned")

Offer = tuple[uuid.UUID, str, int, date]


@dataclass(frozen=True)
class Rate:
    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def limits(self) -> tuple[float, float]:
        """Wilson's 95% interval; from 0 to 1 where nothing is known."""
        if not self.of:
            return 0.0, 1.0
        n, p, z2 = self.of, self.share, Z * Z
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Outcome:
    """Of one model run on one kind of shelf. `offered` is None for the cold start's; the other rates are of plays."""

    run_id: int
    run: str
    shelf: str
    cold: bool
    since: datetime
    offered: int | None
    rates: dict[str, Rate]

    def as_dict(self) -> dict[str, object]:
        return {
            "run": self.run_id,
            "model": self.run,
            "shelf": self.shelf,
            "cold_start": self.cold,
            "since": self.since.isoformat(),
            "offered": self.offered,
            **{
                name: {"count": rate.count, "of": rate.of, "rate": round(rate.share, 4)}
                | dict(zip(("low", "high"), (round(limit, 4) for limit in rate.limits), strict=True))
                for name, rate in self.rates.items()
            },
        }


@dataclass
class _Tally:
    since: datetime
    offers: set[Offer] = field(default_factory=set)
    found: dict[str, set[Offer]] = field(default_factory=lambda: {name: set() for name in WHAT})


def outcomes(most: int = SHELVES) -> list[Outcome]:
    """Of the `most` newest shelves, the most played run first."""
    shelves = list(
        Recommendation.objects.order_by("-pk").values_list(
            "pk", "listener_id", "shelf", "items", "created_at", "replaced_at"
        )[:most]
    )
    if not shelves:
        return []
    plays = list(_plays(shelves))
    there = _presence({listener for _, listener, *_ in shelves if listener}, min(shelf[4] for shelf in shelves))
    tallies: dict[tuple[int, str, bool], _Tally] = {}
    for shelf in shelves:
        _count_offers(shelf, there, tallies)
    _count_plays(plays, {shelf[0]: shelf for shelf in shelves}, tallies)
    names = {run.pk: str(run) for run in ModelRun.objects.filter(pk__in={run for run, *_ in tallies})}
    rows = [_outcome(key, tally, names) for key, tally in tallies.items()]
    return sorted(rows, key=lambda row: (-row.rates["finished"].of, row.shelf, -row.run_id))


def _count_offers(shelf: tuple, there: dict, tallies: dict) -> None:
    _, listener, kind, items, created_at, replaced_at = shelf
    if listener is not None and not _was_there(there.get(listener), created_at, replaced_at):
        return
    for item in items:
        key = (item["run_id"], kind, listener is None)
        tally = tallies.setdefault(key, _Tally(created_at))
        tally.since = min(tally.since, created_at)
        if listener is not None:
            tally.offers.add((listener, kind, item["track_id"], created_at.date()))


def _count_plays(plays: list[Play], shelves: dict[uuid.UUID, tuple], tallies: dict) -> None:
    likes, bans = _verdicts(Like, plays), _verdicts(Ban, plays)
    for play in plays:
        _, listener, kind, items, created_at, _ = shelves[play.recommendation_id]
        run = next((item["run_id"] for item in items if item["track_id"] == play.track_id), None)
        if run is None or listener not in (None, play.listener_id):
            continue  # not what the shelf offered, or not to them
        tally = tallies.setdefault((run, kind, listener is None), _Tally(created_at))
        offer = (play.listener_id, kind, play.track_id, created_at.date())
        tally.offers.add(offer)
        for name in _became(play, likes, bans):
            tally.found[name].add(offer)


def _became(play: Play, likes: dict, bans: dict) -> Iterator[str]:
    yield "played"
    if play.outcome == Play.Outcome.FINISHED:
        yield "finished"
    if play.outcome == Play.Outcome.SKIPPED and play.share < EARLY:
        yield "skipped"
    for name, said in (("liked", likes), ("banned", bans)):
        at = said.get((play.listener_id, play.track_id))
        if at is not None and play.started_at <= at <= play.started_at + SAID_WITHIN:
            yield name


def _outcome(key: tuple[int, str, bool], tally: _Tally, names: dict[int, str]) -> Outcome:
    run, kind, cold = key
    played = len(tally.found["played"])
    rates = {name: Rate(len(tally.found[name]), played) for name in WHAT[1:]}
    if not cold:
        rates = {"played": Rate(played, len(tally.offers))} | rates
    label = Recommendation.Shelf(kind).label
    name = names.get(run, f"run {run}, deleted")
    return Outcome(run, name, label, cold, tally.since, None if cold else len(tally.offers), rates)


def _plays(shelves: list[tuple]) -> Iterator[Play]:
    ids = [shelf[0] for shelf in shelves]
    for block in _blocks(ids):
        yield from Play.objects.filter(recommendation_id__in=block, listener__is_simulated=False).order_by()


def _presence(listeners: set[uuid.UUID], since: datetime) -> dict[uuid.UUID, tuple[list, list]]:
    """When each listener's plays began, ascending, and until when anything was heard of any of them so far."""
    there: dict[uuid.UUID, tuple[list, list]] = defaultdict(lambda: ([], []))
    for block in _blocks(sorted(listeners)):
        plays = Play.objects.filter(listener__in=block, last_event_at__gte=since).order_by("started_at")
        for listener, began, ended in plays.values_list("listener_id", "started_at", "last_event_at"):
            starts, ends = there[listener]
            starts.append(began)
            ends.append(max(ended, ends[-1]) if ends else ended)
    return there


def _was_there(plays: tuple[list, list] | None, created_at: datetime, replaced_at: datetime | None) -> bool:
    """Whether a play went on at any time while the shelf stood."""
    if plays is None:
        return False
    starts, ends = plays
    begun = len(starts) if replaced_at is None else bisect_right(starts, replaced_at)
    return begun > 0 and ends[begun - 1] >= created_at


def _verdicts(verdict: type[Model], plays: list[Play]) -> dict[tuple[uuid.UUID, int], datetime]:
    said = {}
    for block in _blocks(sorted({play.listener_id for play in plays})):
        rows = verdict.objects.filter(listener__in=block).order_by()
        said |= {(listener, track): at for listener, track, at in rows.values_list("listener_id", "track_id", "at")}
    return said


def _blocks(values: list) -> Iterable[list]:
    return (values[first : first + BLOCK] for first in range(0, len(values), BLOCK))
