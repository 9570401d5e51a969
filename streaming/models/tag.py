"""The words that the archive's listeners and artists put on tracks, so that tracks can be found by them."""

from django.db import models

from streaming.models.catalog import Track

# As long as the tag that a radio may begin with.
LONGEST_TAG = 80


class Tag(models.Model):
    """`name` is in small letters; `streaming/tags.py` keeps both tables to what the catalogue says."""

    name = models.CharField(max_length=LONGEST_TAG, unique=True)
    track_count = models.PositiveIntegerField(default=0, db_index=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TrackTag(models.Model):
    """A track's tag, its own or that of its album or artist. `listens` repeats the track's, as `TrackGenre`'s does."""

    track = models.ForeignKey(Track, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)
    listens = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "tag"], name="one_row_a_track_and_tag")]
        indexes = [models.Index(fields=["tag", "-listens", "track"], name="tag_top_tracks")]

    def __str__(self) -> str:
        return f"{self.track_id} tagged {self.tag_id}"
