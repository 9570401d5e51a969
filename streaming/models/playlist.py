"""Lists of tracks that a listener makes: track by track, or by rules."""

from django.db import models
from uuid_utils.compat import uuid7

from streaming.addresses import address
from streaming.models.catalog import Track
from streaming.models.listener import Listener

LONGEST_NAME = 300


class Playlist(models.Model):
    """`rules` (see `streaming/smart/rules.py`) make it a smart one, which has no entries of its own."""

    # The link to it cannot be guessed; whether it opens for others is `is_public`.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="playlists")
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.TextField(blank=True, max_length=2000)
    is_public = models.BooleanField(default=False)
    rules = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["listener", "-updated_at"], name="playlist_listener_updated")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("playlist", self.pk)

    @property
    def is_smart(self) -> bool:
        return self.rules is not None


class PlaylistEntryQuerySet(models.QuerySet):
    def for_list(self) -> "PlaylistEntryQuerySet":
        """All that a row shows, in one query and in order."""
        return (
            self.select_related("track__artist", "track__album")
            .defer("track__information", "track__artist__bio", "track__album__information")
            .order_by("position", "pk")
        )

    def totals(self) -> tuple[int, int]:
        """How many entries, and how long they play in milliseconds."""
        return tuple(self.aggregate(n=models.Count("pk"), ms=models.Sum("track__duration_ms", default=0)).values())


class PlaylistEntry(models.Model):
    """A track's place in a playlist; the same track may have several."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="entries")
    track = models.ForeignKey(Track, models.CASCADE, related_name="playlist_entries")
    # Ascending, with gaps, so that moving one entry writes one row.
    position = models.BigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    objects = PlaylistEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "playlist entries"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["playlist", "position"], name="playlist_position")]

    def __str__(self) -> str:
        return f"{self.track_id} in {self.playlist_id}"
