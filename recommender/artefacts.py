"""Where a model run's files lie, and how a run comes into use.

A run writes its files aside and renames their folder into place, complete; publishing is one database transaction
that retires the run in use. So a reader sees the old model whole, or the new one whole. The files of the last runs
that were retired stay: a reader may be on them still, and they can be put to use again.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from recommender.models import ModelRun

# Replaced runs of an algorithm whose files are kept.
KEPT = 2
PARTIAL = ".partial"


class Rejected(Exception):
    """A run is not to be put to use; the text says why."""


class CannotRollBack(Exception):
    """The run that was to serve again cannot; the one in use stays in use."""


@dataclass(frozen=True)
class Published:
    run_id: int
    folder: Path


def folder(run: ModelRun) -> Path:
    return settings.MODELS_DIR / run.algorithm / str(run.pk)


def published_run(algorithm: str) -> ModelRun | None:
    """The run of an algorithm that is in use, or None before the first was published."""
    return ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.PUBLISHED).first()


def current(algorithm: str) -> Published | None:
    """Where the run in use lies."""
    run = published_run(algorithm)
    return Published(run.pk, folder(run)) if run else None


@contextmanager
def training(algorithm: str, params: dict) -> Iterator[tuple[ModelRun, Path]]:
    """Yields a new run and an empty folder for its files; publishes the run when the block ends well.

    The block fills in `run.metrics` and `run.data`. Where it raises Rejected, the run is kept as rejected with the
    reason, and the exception ends there. Where it raises anything else, the run is kept as failed with the reason, and
    the exception goes on. Either way no file of it stays, and the model in use stays in use.
    """
    run = ModelRun.objects.create(algorithm=algorithm, params=params)
    final = folder(run)
    aside = final.with_name(final.name + PARTIAL)
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        yield run, aside
        _sync(aside)
        aside.replace(final)
        _publish(run)
    except Rejected as reason:
        _discard(run, ModelRun.Status.REJECTED, str(reason))
    except BaseException as error:
        _discard(run, ModelRun.Status.FAILED, f"{type(error).__name__}: {error}")
        raise
    else:
        _prune(algorithm)


def former(algorithm: str, number: int | None = None) -> ModelRun:
    """The run of an algorithm that served before the one in use, or the one of that number.

    Raises CannotRollBack for one that never served, or whose files are gone.
    """
    run = _retired(algorithm, number)
    if run is None:
        wanted = "no run before the one in use" if number is None else f"no former run {number}"
        raise CannotRollBack(f"{algorithm} has {wanted}; {_on_disk(algorithm)}")
    if not folder(run).is_dir():
        raise CannotRollBack(
            f"the files of {algorithm} run {run.pk} are gone from {folder(run)}; {_on_disk(algorithm)}"
        )
    return run


def restore(run: ModelRun) -> None:
    """Put a former run to use in the place of the one that is, in one transaction."""
    with transaction.atomic():
        _swap(run)


def sweep() -> None:
    """Remove the files of runs that were killed before they were published; for whoever holds the training's lock."""
    served = (ModelRun.Status.PUBLISHED, ModelRun.Status.RETIRED)
    known = {folder(run) for run in ModelRun.objects.filter(status__in=served)}
    for algorithm in ModelRun.Algorithm.values:
        for path in (settings.MODELS_DIR / algorithm).glob("*"):
            if path not in known:
                shutil.rmtree(path, ignore_errors=True)


def _retired(algorithm: str, number: int | None) -> ModelRun | None:
    retired = ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.RETIRED)
    if number is not None:
        return retired.filter(pk=number).first()
    in_use = published_run(algorithm)
    return retired.filter(pk__lt=in_use.pk).order_by("-pk").first() if in_use else None


def _on_disk(algorithm: str) -> str:
    """What it can be rolled back to, in words."""
    retired = ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.RETIRED).order_by("pk")
    kept = [str(run.pk) for run in retired if folder(run).is_dir()]
    return f"former runs with files: {', '.join(kept) or 'none'}"


def _discard(run: ModelRun, status: ModelRun.Status, problem: str) -> None:
    final = folder(run)
    for path in (final, final.with_name(final.name + PARTIAL)):
        shutil.rmtree(path, ignore_errors=True)
    run.status, run.problem, run.finished_at = status, problem, timezone.now()
    run.save()


def _sync(directory: Path) -> None:
    """Have all of it on disk before it is named: the folder's own entries too."""
    for path in (directory, *directory.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _publish(run: ModelRun) -> None:
    run.finished_at = timezone.now()
    with transaction.atomic():
        run.save()
        _swap(run)


def _swap(run: ModelRun) -> None:
    in_use = ModelRun.objects.filter(algorithm=run.algorithm, status=ModelRun.Status.PUBLISHED)
    in_use.update(status=ModelRun.Status.RETIRED)
    run.status = ModelRun.Status.PUBLISHED
    run.save(update_fields=["status"])


def _prune(algorithm: str) -> None:
    retired = ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.RETIRED).order_by("-pk")
    for run in retired[KEPT:]:
        shutil.rmtree(folder(run), ignore_errors=True)
