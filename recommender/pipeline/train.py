"""The pipeline from end to end: read → prepare → fit → evaluate → choose → publish → write.

The lake is read and prepared once; from that each algorithm goes its way, one after another, the quick ones first,
then those of Spark, and last the weights by which they are blended. One that has nothing to train on is left out with
the reason, one that is not better than the run in use is rejected, and one that fails is recorded as a failed run, and
is no matter to the next. Models in use stay until a new one is published in their place.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from django.utils import timezone

from recommender import artefacts, online, spark
from recommender.algorithms.autoencoder import Latent
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import Character, Content
from recommender.algorithms.fitted import Fitted
from recommender.algorithms.popularity import Popularity
from recommender.evaluation.plays import HeldOut, NothingToHoldOut, held_out
from recommender.models import ModelRun
from recommender.pipeline.blend import publish_blend
from recommender.pipeline.fit import LEARNED, Candidate, candidate
from recommender.pipeline.lock import training_lock
from recommender.pipeline.prepare import Prepared, prepare
from recommender.pipeline.publish import publish
from recommender.pipeline.read import read
from recommender.pipeline.version import lake_version
from recommender.pipeline.write import write
from streaming.lake import LakeUnavailable

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """The runs that were published and those that were rejected, why each algorithm without a run was left out, and
    what failed. `written` counts the listeners who got new shelves.
    """

    runs: list[ModelRun] = field(default_factory=list)
    rejected: list[ModelRun] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    written: int = 0


class Plays:
    """What was played, read when an algorithm first asks for it; the same for all of one training."""

    @cached_property
    def prepared(self) -> Prepared:
        # Of all that is read, nothing is older than this version.
        self.version = lake_version()
        return prepare(read())

    @cached_property
    def held_out(self) -> HeldOut | None:
        try:
            return held_out(self.prepared)
        except NothingToHoldOut as reason:
            logger.info("no model can be judged: %s", reason)
            return None


def _popularity(plays: Plays) -> ModelRun:
    run = Popularity.train(plays.prepared.interactions())
    # The shelves of the cold start are this model's; they stand until the next one.
    online.refresh_cold()
    return run


def _content(plays: Plays) -> ModelRun:
    return Content.train()


def _character(plays: Plays) -> ModelRun:
    return Character.train()


def _autoencoder(plays: Plays) -> ModelRun:
    return Latent.train()


def _learned(model: type[Fitted], plays: Plays) -> ModelRun:
    run = publish(candidate(model), plays.prepared, plays.held_out, plays.version)
    champion = artefacts.published_run(model.name)
    if run.status == ModelRun.Status.REJECTED and champion.params != run.params:
        # Other parameters are no better: then those in use learn what is new.
        return publish(Candidate(model, champion.params), plays.prepared, plays.held_out, plays.version)
    return run


def _blend(plays: Plays) -> ModelRun:
    return publish_blend(plays.prepared, plays.held_out)


ALGORITHMS: dict[str, Callable[[Plays], ModelRun]] = {
    ModelRun.Algorithm.POPULARITY.value: _popularity,
    ModelRun.Algorithm.CONTENT.value: _content,
    ModelRun.Algorithm.CHARACTER.value: _character,
    ModelRun.Algorithm.AUTOENCODER.value: _autoencoder,
    **{model.name.value: partial(_learned, model) for model in LEARNED},
    ModelRun.Algorithm.BLEND.value: _blend,
}


# What any new play may change.
FROM_PLAYS = (
    ModelRun.Algorithm.POPULARITY.value,
    *(model.name.value for model in LEARNED),
    ModelRun.Algorithm.BLEND.value,
)


def train(algorithms: Sequence[str] = tuple(ALGORITHMS)) -> Report:
    """Train these, publish what is chosen, and write everybody's shelves.

    Raises TrainingInProgress, and LakeUnavailable before an algorithm that learns from plays.
    """
    report = Report()
    if not algorithms:
        return report
    # Spark is started when the first model needs it, and once.
    with training_lock(), spark.kept():
        plays = Plays()
        for algorithm in ALGORITHMS:
            if algorithm in algorithms:
                _train(algorithm, plays, report)
        # What is popular everywhere changes nobody's own shelves by much.
        if any(run.algorithm != ModelRun.Algorithm.POPULARITY for run in report.runs):
            report.written = write(timezone.now())
    return report


def _train(algorithm: str, plays: Plays, report: Report) -> None:
    try:
        run = ALGORITHMS[algorithm](plays)
    except NothingToTrainOn as reason:
        report.skipped[algorithm] = str(reason)
    except LakeUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is in the run and in the report
        report.failed[algorithm] = error
    else:
        (report.runs if run.status == ModelRun.Status.PUBLISHED else report.rejected).append(run)
