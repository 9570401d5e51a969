"""What the rooms below tell, and which task follows."""

from functools import partial

from celery import current_app
from django.db import transaction
from django.dispatch import receiver

from streaming import privacy
from streaming.listeners import history_moved


@receiver([history_moved, privacy.changed])
def refresh(sender, listener_id, **kwargs) -> None:
    # By name: every command loads this file, and few need all that the tasks load.
    task = partial(current_app.send_task, "workers.tasks.refresh_listener", [str(listener_id)])
    transaction.on_commit(task)
