"""What the rooms below tell, and which task follows."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from streaming import privacy
from streaming.listeners import history_moved
from workers import waiting


@receiver([history_moved, privacy.changed])
def refresh(sender, listener_id, **kwargs) -> None:
    transaction.on_commit(partial(waiting.ask, [listener_id]))
