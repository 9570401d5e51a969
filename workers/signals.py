"""What the rooms below tell, and which task follows."""

from celery import current_app
from django.dispatch import receiver

from streaming.listeners import history_moved


@receiver(history_moved)
def refresh(sender, listener_id, **kwargs) -> None:
    # By name: every command loads this file, and few need all that the tasks load.
    current_app.send_task("workers.tasks.refresh_listener", [str(listener_id)])
