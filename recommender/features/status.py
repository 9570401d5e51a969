"""How far extraction, transform and index are: what `manage.py etl_status` and the admin's page show."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from recommender.features import claims
from recommender.features.extraction import FAMILY as EXTRACTED
from recommender.features.store import FeatureStore, FeatureStoreUnavailable, feature_store
from recommender.models import ModelRun, TrackFeatures
from streaming.models import Track

# Speed is that of the last minutes.
WINDOW = timedelta(minutes=2)
# The algorithms whose models are a transform and an index, with the family that each is made of.
CONTENT_MODELS = {ModelRun.Algorithm.CONTENT: "fma", ModelRun.Algorithm.CHARACTER: "echonest"}
# What a training of them may have recorded and a person wants to know, and what to call it.
FIGURES = {
    "tracks": "tracks",
    "fitted_on": "fitted on tracks",
    "dimensions": "dimensions",
    "explained_variance": "explained variance",
    "kind": "index",
    "trees": "trees",
    "search_k": "search_k",
    "recall@10": "recall@10",
    "query_p50_ms": "median query (ms)",
    "query_p99_ms": "p99 of queries (ms)",
}


@dataclass(frozen=True)
class Catalogue:
    """Numbers of tracks by what is known of their audio."""

    tracks: int
    playable: int
    absent: int
    broken: int


@dataclass(frozen=True)
class Family:
    """Numbers of tracks by the state of one family's features.

    `waiting` and `analysing` are None for a family that is imported, not extracted. `a_minute` is the mean over WINDOW,
    and `ready_at` when the last would be ready at that speed; None where nothing waits or moves.
    """

    name: str
    label: str
    with_features: int
    quarantined: int
    waiting: int | None
    analysing: int | None
    a_minute: float
    ready_at: datetime | None
    newest: datetime | None
    reasons: dict[str, int]


@dataclass(frozen=True)
class ContentModel:
    """The run in use of one algorithm, and why the last training failed, where that was after it.

    `version` is the run's, and None before the first training. `newer` counts the tracks whose features came after the
    training began. `figures` holds those of FIGURES that it recorded, `warning` what it found wrong with its index.
    """

    algorithm: str
    label: str
    family: str
    version: int | None = None
    built_at: datetime | None = None
    newer: int | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    warning: str = ""
    failure: str = ""

    @property
    def labelled(self) -> list[tuple[str, Any]]:
        """The figures with what to call them, in order."""
        return [(label, self.figures[name]) for name, label in FIGURES.items() if name in self.figures]


@dataclass(frozen=True)
class Status:
    """`problem` is why the feature store could not be asked; the families are then missing."""

    store: str
    catalogue: Catalogue
    families: list[Family]
    models: list[ContentModel]
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def status() -> Status:
    """Gathers all; a few counts, quick at a hundred thousand tracks."""
    store, catalogue = feature_store(), _catalogue()
    families, problem = [], ""
    try:
        families = [_family(store, name, label) for name, label in TrackFeatures.Family.choices]
    except FeatureStoreUnavailable as error:
        problem = str(error)
    models = [_model(None if problem else store, *model) for model in CONTENT_MODELS.items()]
    return Status(store.name, catalogue, families, models, problem)


def _catalogue() -> Catalogue:
    states = dict(Track.objects.order_by().values_list("audio_state").annotate(Count("pk")))
    present, absent, broken = (states.get(state, 0) for state in Track.AudioState.values)
    return Catalogue(sum(states.values()), present, absent, broken)


def _family(store: FeatureStore, name: str, label: str) -> Family:
    now, counts = timezone.now(), store.counts(name)
    waiting = analysing = ready_at = None
    a_minute = store.count(name, since=now - WINDOW) / (WINDOW / timedelta(minutes=1))
    if name == EXTRACTED:
        analysing = claims.held().count()
        waiting = max(0, waiting_for_features(store) - analysing)
        ready_at = now + timedelta(minutes=waiting / a_minute) if waiting and a_minute else None
    return Family(
        name=name,
        label=label,
        with_features=counts.vectors,
        quarantined=counts.problems,
        waiting=waiting,
        analysing=analysing,
        a_minute=a_minute,
        ready_at=ready_at,
        newest=store.newest(name),
        reasons=store.problem_reasons(name) if counts.problems else {},
    )


def waiting_for_features(store: FeatureStore) -> int:
    """How many tracks extraction has still to deal with, those that are being analysed included.

    No difference of counts: FMA's tables bring features of tracks without audio too.
    """
    return len(store.missing(EXTRACTED, Track.objects.playable().count()))


def _model(store: FeatureStore | None, algorithm: ModelRun.Algorithm, family: str) -> ContentModel:
    runs = ModelRun.objects.filter(algorithm=algorithm).order_by("-pk")
    run, last = runs.filter(status=ModelRun.Status.PUBLISHED).first(), runs.first()
    failure = last.problem if last and last.status == ModelRun.Status.FAILED else ""
    if run is None:
        return ContentModel(algorithm.value, algorithm.label, family, failure=failure)
    recorded = run.params | run.data | run.metrics
    return ContentModel(
        algorithm=algorithm.value,
        label=algorithm.label,
        family=family,
        version=run.pk,
        built_at=run.finished_at,
        newer=store.count(family, since=run.started_at) if store else None,
        figures={name: recorded[name] for name in FIGURES if recorded.get(name) is not None},
        warning=recorded.get("warning", ""),
        failure=failure,
    )
