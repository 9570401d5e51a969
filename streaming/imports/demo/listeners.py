"""Two hundred simulated listeners with tastes, and two months of their plays and likes.

Each loves one to three genres and one artist of them, finishes most of what they love and skips most of the rest: a
structure that recommendations can follow, and that a test can check. What they do goes to the event log, as people's
does: the workers save it, and the lake gets it. Every id follows from the seed.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from streaming.events import Kind, PlaybackEvent, event_log
from streaming.imports.demo import catalogue
from streaming.imports.demo.repertoire import FMA_IDS, pieces
from streaming.models import Listener, Play, Track

LISTENERS = 200
DAYS = 60
PLAYS = (20, 60)
SOURCE = "simulated"
# Listeners whose events go to the log in one transaction, about 800: others wait for it no longer than a moment.
AT_ONCE = 20
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://creativecommons.org/publicdomain/zero/1.0/#demo-listeners")

# The share of plays that leave the loved genres, and how much more often the loved artist is chosen.
EXPLORING = 0.18
DEVOTION = 3.0
# The chance that a track is played to its end.
FINISHES_LOVED_ARTIST, FINISHES_LOVED_GENRE, FINISHES_OTHER = 0.95, 0.85, 0.25
# The chance that a loved and finished track is liked.
LIKES = 0.12


@dataclass(frozen=True)
class Taste:
    genres: tuple[str, ...]  # loved most first
    weights: tuple[float, ...]  # of the loved genres; their sum is 1
    artist: str

    def appeal(self, track: Track) -> float:
        """The chance that the track is finished."""
        if track.artist.name == self.artist:
            return FINISHES_LOVED_ARTIST
        return FINISHES_LOVED_GENRE if track.genre_top.title in self.genres else FINISHES_OTHER


def listener_id(number: int, seed: int) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{seed}/{number}")


def taste(number: int, seed: int) -> Taste:
    """What a listener loves; the same for the same number and seed."""
    rng = np.random.default_rng([seed, number, 0])
    # The first genre goes round, so that every genre has its audience.
    genres = list(FMA_IDS)
    first = genres.pop(number % len(genres))
    others = rng.choice(genres, rng.choice(3, p=[0.35, 0.4, 0.25]), replace=False)
    weights = np.sort(rng.dirichlet(np.full(1 + len(others), 2.0)))[::-1]
    artists = sorted({piece.artist for piece in pieces() if piece.genre == first})
    return Taste((first, *map(str, others)), tuple(map(float, weights)), artists[rng.integers(len(artists))])


def create(seed: int = 0) -> None:
    """Put the listeners into the database and what they did on the event log; a second call changes nothing.

    Raises LookupError where the catalogue does not hold every piece of the demo.
    """
    if is_complete(seed):
        return
    tracks = list(catalogue.tracks().select_related("artist", "genre_top").order_by("path"))
    expected = sum(1 for _ in pieces())
    if len(tracks) != expected:
        raise LookupError(f"the catalogue holds {len(tracks)} of the demo's {expected} tracks: create them first")
    now = timezone.now()
    # Before their events: the workers make a listener that is not there yet a person.
    listeners = [Listener(id=listener_id(number, seed), is_simulated=True) for number in range(LISTENERS)]
    Listener.objects.bulk_create(listeners, ignore_conflicts=True)
    for first in range(0, LISTENERS, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, LISTENERS))
        event_log().append([event for number in numbers for event in events(number, seed, tracks, now)])
    _of(seed).update(last_event_at=now)


def is_complete(seed: int = 0) -> bool:
    """Whether all of their events are on the log; those of demos from before the log took them are not."""
    return _of(seed).filter(last_event_at__isnull=False).count() == LISTENERS


def _of(seed: int):
    return Listener.objects.filter(pk__in=[listener_id(number, seed) for number in range(LISTENERS)])


def events(number: int, seed: int, tracks: list[Track], now: datetime) -> list[PlaybackEvent]:
    """A listener's events until `now`, in order: each play by its last word, and a like after some.

    The ids follow from the tracks' too: those of a demo that was taken out are not this one's.
    """
    rng = np.random.default_rng([seed, number, 2])
    said = []
    for play in _plays(number, seed, tracks, now):
        said.append(_event(play, Kind(play.outcome), now))
        if play.outcome == Play.Outcome.FINISHED and rng.random() < LIKES:
            said.append(_event(play, Kind.LIKED, now))
    return sorted(said, key=lambda event: event.occurred_at)


def _event(play: Play, kind: Kind, now: datetime) -> PlaybackEvent:
    return PlaybackEvent(
        event_id=uuid.uuid5(play.pk, f"{kind} {play.track_id}"),
        kind=kind,
        listener_id=play.listener_id,
        occurred_at=play.last_event_at,
        received_at=now,
        session_id=play.session_id,
        play_id=play.pk,
        track_id=play.track_id,
        position_ms=play.played_ms,
        played_ms=play.played_ms,
        duration_ms=play.duration_ms,
        source=play.source,
    )


def _plays(number: int, seed: int, tracks: list[Track], now: datetime) -> list[Play]:
    rng = np.random.default_rng([seed, number, 1])
    liking = taste(number, seed)
    chances = _chances(liking, tracks)
    wanted = int(rng.integers(PLAYS[0], PLAYS[1] + 1))
    plays: list[Play] = []
    while len(plays) < wanted:
        session = uuid.uuid5(listener_id(number, seed), f"session {len(plays)}")
        # Evenings mostly; at least an hour ago, so that no session lasts into the future.
        at = now - timedelta(days=rng.uniform(0, DAYS - 1), hours=1)
        at = min(at, at.replace(hour=int(rng.choice([8, 12, 18, 19, 20, 21, 22])), minute=int(rng.integers(60))))
        for _ in range(min(int(rng.integers(3, 9)), wanted - len(plays))):
            track = tracks[rng.choice(len(tracks), p=chances)]
            finished = rng.random() < liking.appeal(track)
            played = track.duration_ms if finished else int(track.duration_ms * rng.beta(1.5, 4))
            ended = at + timedelta(milliseconds=played)
            plays.append(
                Play(
                    id=uuid.uuid5(listener_id(number, seed), f"play {len(plays)}"),
                    listener_id=listener_id(number, seed),
                    track=track,
                    session_id=session,
                    outcome=Play.Outcome.FINISHED if finished else Play.Outcome.SKIPPED,
                    started_at=at,
                    last_event_at=ended,
                    played_ms=played,
                    duration_ms=track.duration_ms,
                    source=SOURCE,
                )
            )
            at = ended + timedelta(seconds=float(rng.uniform(0.5, 4)))
    return plays


def _chances(liking: Taste, tracks: list[Track]) -> np.ndarray:
    """How likely a listener is to choose each track; their sum is 1."""
    loved = dict(zip(liking.genres, liking.weights, strict=True))
    weights = np.array(
        [
            loved.get(track.genre_top.title, 0.0) * (DEVOTION if track.artist.name == liking.artist else 1.0)
            for track in tracks
        ]
    )
    return (1 - EXPLORING) * weights / weights.sum() + EXPLORING / len(tracks)
