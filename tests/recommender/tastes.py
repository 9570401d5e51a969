"""Listeners of whom each plays the tracks of one group: what they will play next can be told, and from what."""

import uuid
from dataclasses import dataclass

from streaming.models import Listener, Play, Track
from tests.recommender.world import MINUTE, NOON, make_tracks


@dataclass(frozen=True)
class Tastes:
    groups: list[list[Track]]
    listeners: list[Listener]


def make_tastes(groups: int = 3, tracks: int = 10, listeners: int = 24, plays: int = 8) -> Tastes:
    """Listener n plays `plays` tracks of group n % groups, an hour between, the n-th track of it first."""
    every = [make_tracks(tracks, title=f"Group {number}") for number in range(groups)]
    people = Listener.objects.bulk_create(Listener() for _ in range(listeners))
    for number, listener in enumerate(people):
        listen(listener, every[number % groups], first=number // groups, plays=plays)
    return Tastes(every, people)


def listen(listener: Listener, group: list[Track], *, first: int, plays: int, hour: int = 0) -> None:
    """So many tracks of a group to their end, from `hour` hours after noon, one an hour."""
    Play.objects.bulk_create(
        Play(
            id=uuid.uuid4(),
            listener=listener,
            track=group[(first + place) % len(group)],
            outcome=Play.Outcome.FINISHED,
            started_at=NOON + 60 * (hour + place) * MINUTE,
            last_event_at=NOON + 60 * (hour + place) * MINUTE,
            played_ms=100_000,
            duration_ms=100_000,
        )
        for place in range(plays)
    )
