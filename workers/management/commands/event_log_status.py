"""`manage.py event_log_status`: how far the readers of the event log are, and what waits beside it."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from streaming.events import EventLogUnavailable, event_log
from streaming.events.status import Status, status
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Tells each group's lag by partition, the dead letters, and what waits on this machine for the event log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one line of JSON")

    def handle(self, *, json: bool, **options: object) -> None:
        try:
            now = status()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except EventLogUnavailable as error:
            raise CommandError(f"{error}; waiting on this machine: {event_log().waiting():,}") from error
        self.stdout.write(_as_json(now) if json else "\n".join(_lines(now)))


def _as_json(now: Status) -> str:
    return json.dumps(asdict(now))


def _lines(now: Status) -> Iterator[str]:
    yield f"event log: {now.url}"
    yield f"  events: {sum(now.ends.values()):,}, partitions: {len(now.ends)}"
    yield f"  waiting on this machine: {now.waiting:,}"
    yield f"  dead letters: {now.dead_letters:,}"
    for group, lag in now.lag.items():
        yield f"group {group}: lag {sum(lag.values()):,}"
        if len(lag) > 1:
            yield from (f"  partition {partition}: {behind:,}" for partition, behind in lag.items())
