"""What is looked at before models are judged, so that no fit is for nothing."""

from pathlib import Path

from django.core.management.base import CommandError

from recommender.histories import Histories


def require_in_common(train: Histories, truth: Histories, train_path: Path, truth_path: Path) -> None:
    """Raises CommandError where nobody could be judged: both have a row a listener."""
    if not train.lengths.any():
        raise CommandError(f"{train_path} has no item of any listener: there is nothing to learn from")
    if not truth.lengths.any():
        raise CommandError(f"{truth_path} has no item of any listener: there is nothing to find")
    if not (train.lengths.astype(bool) & truth.lengths.astype(bool)).any():
        raise CommandError(f"{truth_path} and {train_path} have no listener in common: are they parts of one data set?")


def require_place(path: Path | None) -> None:
    """Raises CommandError before the work where no file could be written there after it."""
    if path is not None and path.is_dir():
        raise CommandError(f"--write-recommendations {path}: that is a folder; give a file in it")
    if path is not None and not path.absolute().parent.is_dir():
        raise CommandError(f"--write-recommendations {path}: there is no folder {path.absolute().parent}")
