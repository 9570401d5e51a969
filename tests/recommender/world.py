"""Small worlds whose right recommendations can be told beforehand."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np

from recommender import artefacts
from recommender.algorithms.als import Als
from recommender.algorithms.content import Character, Content
from recommender.algorithms.factorisation import Factorisation
from recommender.features.columns import ECHONEST_COLUMNS, WIDTHS
from recommender.features.store import feature_store
from recommender.interactions import Interactions
from recommender.models import ModelRun
from recommender.pipeline.prepare import Prepared, prepare
from recommender.pipeline.read import read
from streaming.events import Kind, PlaybackEvent
from streaming.lake import lake
from streaming.models import Artist, Ban, Genre, Like, Listener, Play, Track

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


def fill_lake() -> None:
    """Every play, like and ban of the database as an event, in order of time."""
    events = [
        _event(
            Kind.PROGRESS if play.outcome == "playing" else Kind(play.outcome),
            play,
            play.last_event_at,
            play_id=play.pk,
            session_id=play.session_id,
            played_ms=play.played_ms,
            duration_ms=play.duration_ms,
        )
        for play in Play.objects.all()
    ]
    for verdict, kind in ((Like, Kind.LIKED), (Ban, Kind.BANNED)):
        events += [_event(kind, said, said.at) for said in verdict.objects.all()]
    events.sort(key=lambda event: event.occurred_at)
    offset = lake().offset()
    lake().append(dict(enumerate(events, offset)), up_to_offset=offset + len(events))


def _event(kind: Kind, row: Play | Like | Ban, at: datetime, **fields) -> PlaybackEvent:
    ids = {"event_id": uuid.uuid4(), "listener_id": row.listener_id, "track_id": row.track_id}
    return PlaybackEvent(kind=kind, occurred_at=at, received_at=at, **ids, **fields)


def prepared() -> Prepared:
    """What the pipeline makes of the database's plays, likes and bans, by way of the lake."""
    fill_lake()
    return prepare(read())


def heard() -> Interactions:
    """The weighted interactions of `prepared`."""
    return prepared().interactions()


def publish_als(tracks: list[Track], factors: np.ndarray) -> ModelRun:
    """ALS with item factors given, one row a track."""
    with artefacts.training(Als.name, {}) as (run, folder):
        run.data = {"plays": 0}
        scorer = Factorisation(np.asarray(factors, dtype=np.float32), alpha=10.0, reg_param=0.05)
        Als.write(folder, np.array([track.pk for track in tracks]), scorer)
    return run


def publish_content(groups: list[list[Track]]) -> ModelRun:
    """Nearest neighbours over features where tracks of one group sound alike, and those of two do not."""
    hear(groups)
    return Content.train()


def hear(groups: list[list[Track]]) -> None:
    """Features of sound, near to each other within a group and far from those of other groups."""
    noise = np.random.default_rng(5)
    centres = noise.normal(size=(len(groups), WIDTHS["fma"]))
    vectors = {
        track.pk: (centre + 0.05 * noise.normal(size=centre.shape)).astype(np.float32)
        for centre, group in zip(centres, groups, strict=True)
        for track in group
    }
    feature_store().put("fma", vectors)


def publish_character(groups: list[list[Track]]) -> ModelRun:
    """Echo Nest's features, where groups differ in energy and valence and in nothing else, under their own model."""
    for place, group in enumerate(groups):
        values = dict.fromkeys((name for *_, name in ECHONEST_COLUMNS), 0.5)
        values |= {"tempo": 120.0, "energy": place + 0.1, "valence": place + 0.2}
        feature_store().put("echonest", {track.pk: np.array(list(values.values())) for track in group})
    return Character.train()
