"""`manage.py train`: train the recommender's models and put them to use."""

from django.core.management.base import BaseCommand, CommandError

from recommender.models import ModelRun
from recommender.pipeline import ALGORITHMS, TrainingInProgress, train


class Command(BaseCommand):
    help = "Train the recommender's models from all plays so far, and put them to use."

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
        except TrainingInProgress as error:
            raise CommandError(str(error)) from None
        for run in report.runs:
            self.stdout.write(_line(run))
        for name, reason in report.skipped.items():
            self.stdout.write(f"{name}: not trained: {reason}")
        if algorithm and report.skipped:
            raise CommandError(f"not trained: {', '.join(report.skipped)}")


def _line(run: ModelRun) -> str:
    figures = ", ".join(f"{name} {value}" for name, value in (run.data | run.metrics).items())
    seconds = (run.finished_at - run.started_at).total_seconds()
    return f"{run.algorithm}: run {run.pk} in use after {seconds:.1f} s ({figures})"
