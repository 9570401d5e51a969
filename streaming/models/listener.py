"""Who listens: a signed-in user, a browser without an account, or a simulated listener of the demo."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class Listener(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="listener"
    )
    # An anonymous listener's history moves to the user at sign-in; later events of the old id follow it.
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="merged")
    is_personalised = models.BooleanField(
        default=True, help_text="Models may learn from the plays, and shelves are made from them"
    )
    is_simulated = models.BooleanField(default=False, help_text="Plays come from the demo, not from a person")
    created_at = models.DateTimeField(auto_now_add=True)
    # When the newest event that says something of their taste was saved: shelves older than this are stale.
    last_event_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        if self.is_simulated:
            return f"simulated {str(self.pk)[-6:]}"
        return self.user.get_username() if self.user else f"anonymous {str(self.pk)[-6:]}"
