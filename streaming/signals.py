"""What happens here because of something elsewhere."""

from django.core.signals import request_started
from django.dispatch import receiver

from streaming.events import event_log


@receiver(request_started)
def start_event_log(**kwargs) -> None:
    """What an earlier process left in the outbox goes out with the first request, whatever that asks for. Before it
    there may be no thread: servers fork."""
    event_log().start()
