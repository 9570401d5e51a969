"""What can be played: genres, artists, albums, tracks, and the folders that hold their audio."""

from pathlib import Path

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from streaming.addresses import address


class Folder(models.Model):
    """A folder of audio that an import registered; tracks name their file relative to it."""

    class Origin(models.TextChoices):
        FMA = "fma", "Free Music Archive"
        FOLDER = "folder", "own files"
        DEMO = "demo", "composed demo"

    path = models.CharField(max_length=1000, unique=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)

    def __str__(self) -> str:
        return self.path

    def file(self, relative: str) -> Path:
        """The absolute path of a file in this folder; raises ValueError where it would lie outside of it."""
        root = Path(self.path).resolve()
        path = (root / relative).resolve()
        if not path.is_relative_to(root):
            raise ValueError(f"{relative!r} leads out of {root}")
        return path


class Genre(models.Model):
    fma_id = models.PositiveIntegerField(null=True, blank=True, unique=True, verbose_name="FMA id")
    title = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    # The root of this genre's tree; a root names itself.
    top_level = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="descendants")
    # Kept by `catalog.count_genre_tracks`, since counting 100,000 tracks for each page view is slow.
    track_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("genre", self.pk)


class Artist(models.Model):
    fma_id = models.PositiveIntegerField(null=True, blank=True, unique=True, verbose_name="FMA id")
    name = models.CharField(max_length=1000, db_index=True)
    bio = models.TextField(blank=True)
    location = models.CharField(max_length=500, blank=True)
    website = models.CharField(max_length=1000, blank=True)
    active_year_begin = models.PositiveSmallIntegerField(null=True, blank=True)
    active_year_end = models.PositiveSmallIntegerField(null=True, blank=True)
    favorites = models.PositiveIntegerField(default=0)
    tags = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["name"]
        # The order of the list of all, and of its letters.
        indexes = [models.Index(Lower("name"), "id", name="artist_name_key")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("artist", self.pk)


class Album(models.Model):
    fma_id = models.PositiveIntegerField(null=True, blank=True, unique=True, verbose_name="FMA id")
    title = models.CharField(max_length=1000)
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="albums")
    type = models.CharField(max_length=50, blank=True)
    date_released = models.DateField(null=True, blank=True)
    information = models.TextField(blank=True)
    producer = models.CharField(max_length=1000, blank=True)
    listens = models.PositiveIntegerField(default=0)
    favorites = models.PositiveIntegerField(default=0)
    tags = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = [models.F("date_released").desc(nulls_last=True), "title"]
        # The orders of the list of all.
        indexes = [
            models.Index(Lower("title"), "id", name="album_title_key"),
            models.Index(fields=["-date_released", "id"], name="album_released"),
            models.Index(fields=["-listens", "id"], name="album_listens"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("album", self.pk)


class TrackQuerySet(models.QuerySet):
    def for_list(self) -> "TrackQuerySet":
        """All that a row or tile shows, in one query."""
        return self.select_related("artist", "album").defer(
            *("information", "tags", "composer"),
            *("artist__bio", "artist__tags", "artist__location", "artist__website"),
            *("album__information", "album__tags", "album__producer"),
        )

    def playable(self) -> "TrackQuerySet":
        return self.filter(audio_state=Track.AudioState.PRESENT)


class Track(models.Model):
    class AudioState(models.TextChoices):
        PRESENT = "present", "present"
        ABSENT = "absent", _("no audio here")
        BROKEN = "broken", _("cannot be decoded")

    fma_id = models.PositiveIntegerField(null=True, blank=True, unique=True, verbose_name="FMA id")
    title = models.CharField(max_length=1000)
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="tracks")
    album = models.ForeignKey(Album, models.SET_NULL, null=True, blank=True, related_name="tracks")
    number = models.PositiveIntegerField(default=0, help_text="Place on the album")
    disc_number = models.PositiveSmallIntegerField(default=1)
    genre_top = models.ForeignKey(Genre, models.SET_NULL, null=True, blank=True, related_name="top_tracks")
    genres = models.ManyToManyField(Genre, through="TrackGenre", related_name="tracks", blank=True)
    duration_ms = models.PositiveIntegerField(default=0, verbose_name="duration (ms)")
    bit_rate = models.PositiveIntegerField(default=0, verbose_name="bit rate (bit/s)")
    license = models.CharField(max_length=300, blank=True, verbose_name="licence")
    license_url = models.URLField(max_length=300, blank=True, verbose_name="licence URL")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    language_code = models.CharField(max_length=10, blank=True)
    composer = models.CharField(max_length=1000, blank=True)
    information = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    # Listens and favourites as the Free Music Archive counted them; our own plays are `Play` rows.
    listens = models.PositiveIntegerField(default=0)
    favorites = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(db_default=Now())

    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="tracks")
    path = models.CharField(max_length=1000, blank=True, help_text="Relative to the folder")
    audio_state = models.CharField(max_length=10, choices=AudioState.choices, default=AudioState.ABSENT)
    audio_problem = models.CharField(max_length=500, blank=True)

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering = ["album", "disc_number", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["folder", "path"], condition=~models.Q(path=""), name="one_track_a_file"),
        ]
        indexes = [
            models.Index(fields=["artist", "-listens"], name="track_artist_listens"),
            models.Index(fields=["album", "disc_number", "number"], name="track_album_number"),
            models.Index(fields=["-listens"], name="track_listens"),
            models.Index(fields=["-added_at"], name="track_added"),
            models.Index(fields=["audio_state"], name="track_audio_state"),
            # The orders that lists of tracks are sorted by; the page after a given row begins in the index.
            models.Index(fields=["title", "id"], name="track_title"),
            models.Index(fields=["license_url"], name="track_licence"),
            models.Index(fields=["-year", "-listens"], name="track_year"),
            models.Index(fields=["-duration_ms", "id"], name="track_duration"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("track", self.pk)

    @property
    def is_playable(self) -> bool:
        return self.audio_state == self.AudioState.PRESENT

    @property
    def audio_url(self) -> str:
        return address("audio", self.pk)

    def audio_file(self) -> Path:
        """Where the audio lies; raises FileNotFoundError where the catalogue knows of none."""
        if not (self.folder and self.path):
            raise FileNotFoundError(f"track {self.pk} has no audio")
        return self.folder.file(self.path)


class TrackGenre(models.Model):
    """A track's genre. `listens` repeats the track's own, so that a genre's top tracks come off one index."""

    track = models.ForeignKey(Track, models.CASCADE)
    genre = models.ForeignKey(Genre, models.CASCADE)
    listens = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "genre"], name="one_row_a_track_and_genre")]
        indexes = [models.Index(fields=["genre", "-listens", "track"], name="genre_top_tracks")]

    def __str__(self) -> str:
        return f"{self.track_id} in {self.genre_id}"
