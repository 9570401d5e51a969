"""The embedded event log: a table with offsets like Kafka's, of one partition."""

from django.db import models


class LogHead(models.Model):
    """The next offset. Its row is locked while records are appended, so that they become visible in their order."""

    next_offset = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.next_offset)


class LogRecord(models.Model):
    """One event. An erased one keeps its offset and its `event_id`, so that a repeat is known; the rest is empty."""

    offset = models.PositiveBigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    key = models.CharField(max_length=40)
    value = models.TextField()
    appended_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["offset"]
        indexes = [models.Index(fields=["key", "offset"], name="log_records_of_a_key")]

    def __str__(self) -> str:
        return f"{self.offset}: {self.event_id}"


class ConsumerOffset(models.Model):
    group = models.CharField(max_length=100, primary_key=True)
    next_offset = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.group} at {self.next_offset}"


class DeadLetter(models.Model):
    """A record that could not be saved, with the reason; kept until someone looks."""

    offset = models.PositiveBigIntegerField()
    event_id = models.CharField(max_length=40, unique=True)
    value = models.TextField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.offset}: {self.reason}"
