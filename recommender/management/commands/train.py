"""`manage.py train`: train the recommender's models and put them to use."""

from django.core.management.base import CommandError

from recommender import tracking
from recommender.models import ModelRun
from recommender.pipeline import ALGORITHMS, Report, TrainingInProgress, train
from streaming.lake import LakeUnavailable
from streaming.management.base import DatabaseCommand

SHOWN = ("ndcg@20", "recall@20", "recall@10", "lead in ndcg@20", "fit_seconds")


class Command(DatabaseCommand):
    help = (
        "Trains the recommender's models from all plays so far. A model of what listeners played is judged on the last "
        "of their plays beside the one in use, and serves where it is better by more than chance."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--algorithm",
            action="append",
            choices=list(ALGORITHMS),
            help="Train only this one; may be given more than once",
        )

    def handle(self, *, algorithm: list[str] | None, **options) -> None:
        try:
            report = train(algorithm or list(ALGORITHMS))
        except (TrainingInProgress, LakeUnavailable) as error:
            raise CommandError(str(error)) from None
        self._say(report)
        tracking.record()
        missing = [*report.failed, *(report.skipped if algorithm else [])]
        if missing:
            raise CommandError(f"not trained: {', '.join(missing)}")

    def _say(self, report: Report) -> None:
        for run in report.runs:
            self.stdout.write(f"{run.algorithm}: run {run.pk} in use after {_seconds(run):.1f} s{_figures(run)}")
        for run in report.rejected:
            self.stdout.write(f"{run.algorithm}: run {run.pk} rejected after {_seconds(run):.1f} s: {run.problem}")
        for name, reason in report.skipped.items():
            self.stdout.write(f"{name}: not trained: {reason}")
        for name, error in report.failed.items():
            self.stderr.write(f"{name}: failed: {type(error).__name__}: {error}; the model in use stays")
        if report.written:
            self.stdout.write(f"shelves of {report.written} listeners written")


def _seconds(run: ModelRun) -> float:
    return (run.finished_at - run.started_at).total_seconds()


def _figures(run: ModelRun) -> str:
    figures = {name: value for name, value in run.data.items() if isinstance(value, int)}
    figures |= {name: run.metrics[name] for name in SHOWN if name in run.metrics}
    return f" ({', '.join(f'{name} {value}' for name, value in figures.items())})" if figures else ""
