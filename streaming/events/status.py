"""How the event log is: for the command that tells it, and for whoever watches the service."""

from dataclasses import dataclass

from django.conf import settings

from streaming.events import event_log
from streaming.events.url import without_account


@dataclass(frozen=True)
class Status:
    """`ends` are the next offsets by partition, `lag` what each group has yet to commit, by partition.

    `waiting` counts events that this machine holds for a log that is away, `dead_letters` what could not be saved.
    """

    url: str
    ends: dict[int, int]
    lag: dict[str, dict[int, int]]
    waiting: int
    dead_letters: int


def status() -> Status:
    """Asks the log anew, a few milliseconds where it answers; raises EventLogUnavailable."""
    log = event_log()
    return Status(without_account(settings.EVENT_LOG_URL), log.ends(), log.lag(), log.waiting(), log.dead_letters())
