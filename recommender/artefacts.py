"""Where a model run's files lie, and how a run comes into use.

A run writes its files aside and renames their folder into place, complete; publishing is one database transaction
that retires the run in use. So a reader sees the old model whole, or the new one whole.
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

# Replaced runs of an algorithm whose files are kept: a reader may still be on the last one.
KEPT = 2


@dataclass(frozen=True)
class Published:
    run_id: int
    folder: Path


def folder(run: ModelRun) -> Path:
    return settings.MODELS_DIR / run.algorithm / str(run.pk)


def current(algorithm: str) -> Published | None:
    """The run of an algorithm that is in use, or None before the first was published."""
    run = ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.PUBLISHED).first()
    return Published(run.pk, folder(run)) if run else None


@contextmanager
def training(algorithm: str, params: dict) -> Iterator[tuple[ModelRun, Path]]:
    """Yields a new run and an empty folder for its files; publishes the run when the block ends well.

    The block fills in `run.metrics` and `run.data`. Where it raises, the run is kept as failed with the reason, the
    model in use stays in use, and the exception goes on.
    """
    run = ModelRun.objects.create(algorithm=algorithm, params=params)
    final = folder(run)
    aside = final.with_name(f"{final.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        yield run, aside
        _sync(aside)
        aside.replace(final)
        _publish(run)
    except BaseException as error:
        shutil.rmtree(aside, ignore_errors=True)
        run.status = ModelRun.Status.FAILED
        run.problem = f"{type(error).__name__}: {error}"
        run.finished_at = timezone.now()
        run.save()
        raise
    _prune(algorithm)


def _sync(directory: Path) -> None:
    for path in directory.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _publish(run: ModelRun) -> None:
    with transaction.atomic():
        ModelRun.objects.filter(algorithm=run.algorithm, status=ModelRun.Status.PUBLISHED).update(
            status=ModelRun.Status.RETIRED
        )
        run.status = ModelRun.Status.PUBLISHED
        run.finished_at = timezone.now()
        run.save()


def _prune(algorithm: str) -> None:
    retired = ModelRun.objects.filter(algorithm=algorithm, status=ModelRun.Status.RETIRED).order_by("-pk")
    for run in retired[KEPT:]:
        shutil.rmtree(folder(run), ignore_errors=True)
