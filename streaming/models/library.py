"""What a listener said of a track, for good: likes and bans."""

from django.db import models

from streaming.models.catalog import Track
from streaming.models.listener import Listener


class Verdict(models.Model):
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="%(class)ss")
    track = models.ForeignKey(Track, models.CASCADE, related_name="%(class)ss")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["listener", "track"], name="one_%(class)s_a_listener_and_track")]
        indexes = [models.Index(fields=["listener", "-at"], name="%(class)s_listener_at")]

    def __str__(self) -> str:
        return f"{self.listener_id}: {self.track_id}"


class Like(Verdict):
    pass


class Ban(Verdict):
    pass
