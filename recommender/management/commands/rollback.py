"""`manage.py rollback`: an earlier model serves again."""

from django.core.management.base import CommandError

from recommender.artefacts import CannotRollBack, published_run
from recommender.models import ModelRun
from recommender.pipeline import TrainingInProgress, roll_back
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = (
        "Has the run before the one in use serve again, at once and wherever the service runs. The next training is "
        "judged against it; what is trained by no held-out plays (popularity, content) is replaced when it is due."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("algorithm", choices=ModelRun.Algorithm.values)
        parser.add_argument("--to", type=int, metavar="RUN", help="this one, by its number in the admin's list of runs")

    def handle(self, *, algorithm: str, to: int | None, **options) -> None:
        before = published_run(algorithm)
        try:
            run = roll_back(algorithm, to)
        except (CannotRollBack, TrainingInProgress) as error:
            raise CommandError(str(error)) from None
        instead = f"in place of run {before.pk}" if before else "where none was in use"
        self.stdout.write(f"{algorithm}: run {run.pk} of {run.started_at:%Y-%m-%d %H:%M} serves again, {instead}")
