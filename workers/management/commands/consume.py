from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from streaming import metrics
from streaming.events import event_log
from workers import stopping
from workers.consumer import run


class Command(BaseCommand):
    help = (
        "Saves playback events from the event log and asks for the refreshes of their listeners, until it is stopped. "
        "On Kafka there may be as many as the topic has partitions, which they share; manage.py serve does this too."
    )

    def handle(self, **options) -> None:
        try:
            event_log()
            metrics.serve(settings.METRICS_LISTEN)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        asked = stopping.asked()
        self.stdout.write("Consuming playback events")
        self.stdout.flush()
        run(asked)
