"""What a listener plays and what comes next, kept so that another device can go on with it."""

from django.db import models

from streaming.models.listener import Listener


class PlayQueue(models.Model):
    """A row a listener, from the first queue on. The device that plays writes it, the last one wins."""

    listener = models.OneToOneField(Listener, models.CASCADE, primary_key=True, related_name="queue")
    # Lists of track id, source, recommendation id or null, and whether the radio added it: short, for there may be
    # 10,000. A track that was deleted since is left out when the queue is read.
    entries = models.JSONField(default=list)
    index = models.PositiveIntegerField(default=0)
    position_ms = models.PositiveIntegerField(default=0)
    # The radio that goes on where the entries end: {"id", "title", "after"}, or null.
    station = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    device = models.CharField(max_length=40, blank=True)
    device_name = models.CharField(max_length=100, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    # When sound was last reported; who listens now is counted by it.
    playing_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.listener_id}: {self.index + 1} of {len(self.entries)}"
