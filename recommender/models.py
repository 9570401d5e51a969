"""Tables of the recommender: what was learned, what is offered, and the embedded feature store."""

from django.db import models
from uuid_utils.compat import uuid7

from streaming.models import Listener, Track


class ModelRun(models.Model):
    """One training of one algorithm: its parameters, what it was trained on, and where its artefacts lie."""

    class Algorithm(models.TextChoices):
        ALS = "als", "Collaborative (Spark ALS)"
        EASE = "ease", "Item to item (EASE)"
        SEQUENCE = "sequence", "Next in session"
        BLEND = "blend", "Blend of models"
        CONTENT = "content", "Sound (nearest neighbours)"
        AUTOENCODER = "autoencoder", "Sound (autoencoder)"
        CHARACTER = "character", "Character (Echo Nest's and Spotify's features)"
        POPULARITY = "popularity", "Popularity by genre"

    class Status(models.TextChoices):
        RUNNING = "running", "running"
        PUBLISHED = "published", "in use"
        RETIRED = "retired", "replaced"
        # Judged beside the run in use, and not better by more than chance.
        REJECTED = "rejected", "not better"
        FAILED = "failed", "failed"

    algorithm = models.CharField(max_length=20, choices=Algorithm.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    params = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    # Sizes and times of what it was trained on.
    data = models.JSONField(default=dict)
    # Why it failed or was rejected.
    problem = models.TextField(blank=True)
    # The run of MLflow that tells of this one; empty where it was not told yet.
    tracking_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=models.Q(status="published"), name="one_published_run_an_algorithm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.pk}"


class Recommendation(models.Model):
    """One shelf as it was offered to one listener; `replaced_at` is empty for the shelf that stands now."""

    class Shelf(models.TextChoices):
        FOR_YOU = "for-you", "For you"
        BECAUSE = "because", "Because you played …"
        TODAY = "today", "More like today"
        NEW_TO_YOU = "new-to-you", "New to you"
        RISING = "rising", "Rising now"
        GENRES = "genres", "Your genres"
        BACK = "back", "Jump back in"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Empty for the cold start: the shelves of whoever has not played anything.
    listener = models.ForeignKey(Listener, models.CASCADE, null=True, blank=True, related_name="recommendations")
    shelf = models.CharField(max_length=20, choices=Shelf.choices)
    title = models.CharField(max_length=1100)
    # [{"track_id": id, "score": float, "reason": text, "run_id": ModelRun id, "says": [wording, name]}], best first.
    items = models.JSONField(default=list)
    created_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["listener", "shelf"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_standing_shelf_of_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["listener"], condition=models.Q(replaced_at__isnull=True), name="standing_shelves")
        ]

    def __str__(self) -> str:
        return f"{self.shelf} of {self.listener_id}"


class TrackFeatures(models.Model):
    """The embedded feature store: one vector of float32 a track and family, or the reason why there is none."""

    class Family(models.TextChoices):
        FMA = "fma", "the 518 of FMA's features.csv"
        ECHONEST = "echonest", "Echo Nest's audio features"

    track = models.ForeignKey(Track, models.CASCADE, related_name="features")
    family = models.CharField(max_length=10, choices=Family.choices)
    vector = models.BinaryField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "track features"
        constraints = [models.UniqueConstraint(fields=["family", "track"], name="one_vector_a_family_and_track")]
        # Which tracks are newer than the index is asked at each refresh of shelves.
        indexes = [
            models.Index(
                fields=["family", "updated_at"], condition=models.Q(vector__isnull=False), name="vectors_by_time"
            ),
            # The problems are few, and are looked up among all vectors.
            models.Index(
                fields=["family", "updated_at"], condition=models.Q(vector__isnull=True), name="problems_by_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} features of {self.track_id}"


class FeatureClaim(models.Model):
    """A track that a worker, on whichever machine, is analysing now; void once it is not renewed in time.

    `worker` is empty where it is done: the row stays a while, for those whose list of what is missing is older.
    """

    track = models.OneToOneField(Track, models.CASCADE, primary_key=True, related_name="feature_claim")
    worker = models.CharField(max_length=200, db_index=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.track_id} by {self.worker or 'nobody any more'}"


class Station(models.Model):
    """A radio of one listener: what it began with, and all it has given, so that nothing is given twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listener = models.ForeignKey(Listener, models.CASCADE, related_name="stations")
    # As the events of its plays name it after "radio:".
    seed = models.CharField(max_length=90)
    title = models.CharField(max_length=1100)
    # Ids of the tracks that the seed stands for, the most heard first.
    members = models.JSONField(default=list)
    # [{"track_id": id, "score": float, "reason": text, "run_id": ModelRun id or 0, "says": as above}], in order.
    given = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title
