"""What listeners wanted forgotten, and whether it is."""

from django.db import models


class Erasure(models.Model):
    """Events of a listener that were received until a time count for nothing, wherever they still lie.

    Made in the transaction that clears the tables; the event log and the lake follow it. The row stays when that is
    done, and when the listener is deleted: an event that comes late is known by it. `history_until` is about plays and
    searches, `verdicts_until` about likes and bans, where these were to go too.
    """

    # No foreign key: a deleted listener has no row.
    listener_id = models.UUIDField(primary_key=True)
    history_until = models.DateTimeField()
    verdicts_until = models.DateTimeField(null=True)
    # Where the event log ended at some time after that, by the names of its partitions. The lake, which is written from
    # it, has to come so far before it can be done with.
    log_end = models.JSONField(default=dict)
    # Empty as long as the log or the lake holds any of it.
    done_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.listener_id}: {'done' if self.done_at else 'under way'}"
