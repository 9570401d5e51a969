"""What a listener said of their taste in so many words, besides what they play."""

from django.core.validators import MaxValueValidator
from django.db import models

from streaming.models.listener import Listener

# From what they and their neighbours know, by way of what the models say as it is, to what is new to them.
FAMILIAR, BETWEEN, ADVENTUROUS = 0, 50, 100


class TasteSettings(models.Model):
    """A row from the first word on; who said nothing has none."""

    listener = models.OneToOneField(Listener, models.CASCADE, primary_key=True, related_name="taste_settings")
    adventure = models.PositiveSmallIntegerField(default=BETWEEN, validators=[MaxValueValidator(ADVENTUROUS)])
    # Ids, in the order in which they were chosen. One that was deleted since means nothing.
    genres = models.JSONField(default=list, blank=True)
    artists = models.JSONField(default=list, blank=True)
    # Whoever chose, or would rather not, is not asked again.
    was_asked = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "taste settings"

    def __str__(self) -> str:
        return f"{self.listener_id}: {self.adventure}"
