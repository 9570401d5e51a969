"""What was played and searched for."""

import uuid

from django.db import models

from streaming.models.catalog import Track
from streaming.models.listener import Listener


class PlayQuerySet(models.QuerySet):
    def for_history(self) -> "PlayQuerySet":
        return self.select_related("track__artist", "track__album").order_by("-started_at")


class Play(models.Model):
    """One playing of a track, from its `started` event to its last one; saved by upsert on `id`."""

    class Outcome(models.TextChoices):
        PLAYING = "playing", "playing"
        FINISHED = "finished", "finished"
        SKIPPED = "skipped", "skipped"

    id = models.UUIDField(primary_key=True, editable=False)
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="plays")
    track = models.ForeignKey(Track, models.CASCADE, related_name="plays")
    session_id = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PLAYING)
    started_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    played_ms = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=100, blank=True)
    recommendation_id = models.UUIDField(null=True, blank=True, default=None)

    objects = PlayQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["listener", "-started_at"], name="play_listener_started"),
            models.Index(fields=["track"], name="play_track"),
            # What rises is asked of the newest plays of all.
            models.Index(fields=["-started_at"], name="play_started"),
            models.Index(
                fields=["recommendation_id"], condition=models.Q(recommendation_id__isnull=False), name="play_rec"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listener_id}: {self.track_id} {self.outcome}"

    @property
    def share(self) -> float:
        """How much of the track was heard, from 0 to 1."""
        return min(1.0, self.played_ms / self.duration_ms) if self.duration_ms else 0.0


class Search(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="searches")
    query = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.query
