"""Which models what happened since their last training has made out of date."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from recommender import artefacts
from recommender.algorithms.autoencoder import Latent
from recommender.algorithms.content import Character, Content
from recommender.algorithms.popularity import catalogue_size
from recommender.evaluation import features
from recommender.models import ModelRun
from recommender.pipeline.blend import blended
from recommender.pipeline.fit import LEARNED
from streaming.models import Play

# New plays that call for a training: so many, or this share of those trained on, whichever is more.
NEW_PLAYS = 100
NEW_SHARE = 0.1
# What is popular moves slowly: plays alone call for a training no sooner than this after the last.
POPULARITY_LASTS = timedelta(minutes=10)
# After a failed training, how long to wait before the next attempt.
RETRY_AFTER = timedelta(hours=1)


def due() -> list[str]:
    """The algorithms to train now, a few counts each."""
    answers = {
        ModelRun.Algorithm.POPULARITY: _popularity_is_due,
        ModelRun.Algorithm.CONTENT: Content.is_due,
        ModelRun.Algorithm.CHARACTER: Character.is_due,
        ModelRun.Algorithm.AUTOENCODER: Latent.is_due,
        ModelRun.Algorithm.BLEND: _blend_is_due,
        **{model.name: partial(_learned_is_due, model.name) for model in LEARNED},
    }
    return [algorithm.value for algorithm, is_due in answers.items() if not _failed_lately(algorithm) and is_due()]


def _learned_is_due(algorithm: str) -> bool:
    if artefacts.published_run(algorithm) is not None:
        return _plays_changed(_latest(algorithm))
    finished = Play.objects.filter(outcome=Play.Outcome.FINISHED)
    return finished.order_by().values("listener").distinct()[:2].count() == 2


def _blend_is_due() -> bool:
    """Whether a model that is blended has come into use, or gone out of it, since the weights were last looked at."""
    runs = blended()
    learned = [run for run in runs if run.algorithm not in features.MODELS]
    last = ModelRun.objects.filter(algorithm=ModelRun.Algorithm.BLEND).order_by("-pk").first()
    return len(learned) > 1 and (last is None or last.params != {run.algorithm: run.pk for run in runs})


def _popularity_is_due() -> bool:
    run, catalogue = artefacts.published_run(ModelRun.Algorithm.POPULARITY), catalogue_size()
    if run is None or not catalogue["playable"]:
        return catalogue["playable"] > 0
    if any(run.data[name] != value for name, value in catalogue.items()):
        return True
    return run.started_at < timezone.now() - POPULARITY_LASTS and _plays_changed(run)


def _plays_changed(run: ModelRun) -> bool:
    trained_on = run.data["plays"]
    # Fewer than then count too: plays go with a track or listener that is deleted.
    return abs(Play.objects.count() - trained_on) >= max(NEW_PLAYS, NEW_SHARE * trained_on)


def _latest(algorithm: str) -> ModelRun:
    """The run in use, or one that was rejected in its favour since: that one too has looked at the plays."""
    looked = (ModelRun.Status.PUBLISHED, ModelRun.Status.RETIRED, ModelRun.Status.REJECTED)
    return ModelRun.objects.filter(algorithm=algorithm, status__in=looked).order_by("-pk").first()


def _failed_lately(algorithm: str) -> bool:
    last = ModelRun.objects.filter(algorithm=algorithm).order_by("-pk").first()
    if last is None or last.status != ModelRun.Status.FAILED:
        return False
    # A run that was killed has no end: nothing is wrong with its data, so the next attempt need not wait.
    return last.finished_at is not None and last.finished_at > timezone.now() - RETRY_AFTER
