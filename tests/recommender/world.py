"""Small worlds whose right recommendations can be told beforehand."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np

from recommender import artefacts
from recommender.algorithms.als import Als
from recommender.algorithms.content import Content
from recommender.features.columns import WIDTHS
from recommender.features.store import feature_store
from recommender.models import ModelRun
from streaming.models import Artist, Genre, Like, Listener, Play, Track

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def make_tracks(count: int, *, genre: Genre | None = None, title: str = "Track", **fields) -> list[Track]:
    """Playable tracks, each of an artist of its own."""
    artists = Artist.objects.bulk_create(Artist(name=f"{title} artist {n}") for n in range(count))
    fields = {"audio_state": Track.AudioState.PRESENT, "duration_ms": 100_000} | fields
    return Track.objects.bulk_create(
        Track(title=f"{title} {n}", artist=artist, genre_top=genre, **fields) for n, artist in enumerate(artists)
    )


def play(
    listener: Listener,
    track: Track,
    outcome: str = Play.Outcome.FINISHED,
    *,
    share: float = 1.0,
    minute: int = 0,
    session: uuid.UUID | None = None,
) -> Play:
    """A play that began so many minutes after noon, of which a share was heard."""
    at = NOON + minute * MINUTE
    return Play.objects.create(
        id=uuid.uuid4(),
        listener=listener,
        track=track,
        session_id=session,
        outcome=outcome,
        started_at=at,
        last_event_at=at,
        played_ms=int(share * 100_000),
        duration_ms=100_000,
    )


def skip(listener: Listener, track: Track, **at) -> Play:
    return play(listener, track, Play.Outcome.SKIPPED, share=0.05, **at)


def like(listener: Listener, track: Track, *, minute: int = 0) -> Like:
    return Like.objects.create(listener=listener, track=track, at=NOON + minute * MINUTE)


def publish_als(tracks: list[Track], factors: np.ndarray) -> ModelRun:
    """ALS with item factors given, one row a track."""
    with artefacts.training(Als.name, {}) as (run, folder):
        run.data = {"plays": 0}
        Als.write(folder, np.array([track.pk for track in tracks]), factors, alpha=10.0, reg_param=0.05)
    return run


def publish_content(groups: list[list[Track]]) -> ModelRun:
    """Nearest neighbours over features where tracks of one group sound alike, and those of two do not."""
    noise = np.random.default_rng(5)
    centres = noise.normal(size=(len(groups), WIDTHS["fma"]))
    vectors = {
        track.pk: (centre + 0.05 * noise.normal(size=centre.shape)).astype(np.float32)
        for centre, group in zip(centres, groups, strict=True)
        for track in group
    }
    feature_store().put("fma", vectors)
    return Content.train()
