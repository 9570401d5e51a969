from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from streaming.events import DeadLetter, EventLogUnavailable, event_log
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Puts the events that could not be saved on the event log again, the oldest first, once their cause is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="at most so many")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would be replayed")

    def handle(self, *, limit: int | None, dry_run: bool, **options) -> None:
        if limit is not None and limit < 1:
            raise CommandError(f"--limit is {limit}; it has to be 1 or more")
        replayed = 0
        try:
            for letter in event_log().replay(limit=limit, dry_run=dry_run):
                self.stdout.write(_line(letter))
                replayed += 1
            left = event_log().dead_letters()
        except (ImproperlyConfigured, EventLogUnavailable) as error:
            raise CommandError(f"{error} ({replayed} were replayed)") from error
        done = "would be replayed" if dry_run else "replayed"
        self.stdout.write(f"{done}: {replayed:,}, dead letters left: {left:,}")


def _line(letter: DeadLetter) -> str:
    place = f"partition {letter.record.partition}, offset {letter.record.offset}"
    return f"{place}, set aside at {letter.at:%Y-%m-%d %H:%M:%S}: {letter.reason}"
