"""One training at a time: two would take each other's memory, and the later to end would win by chance."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from recommender import artefacts
from recommender.models import ModelRun


class TrainingInProgress(Exception):
    """Another training, of this process or another one on this machine, is not done yet."""


@contextmanager
def training_lock() -> Iterator[None]:
    """Held for as long as the block lasts; the system lets go of it when the process is killed."""
    settings.MODELS_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.MODELS_DIR / "training.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrainingInProgress(f"another training holds {path}: try again when it is done") from None
        _close_abandoned()
        yield


def _close_abandoned() -> None:
    """Runs that a killed process left open, and their files; whoever holds the lock knows that nobody is at them."""
    ModelRun.objects.filter(status=ModelRun.Status.RUNNING).update(
        status=ModelRun.Status.FAILED, problem="the process ended in the middle of the training"
    )
    artefacts.sweep()
