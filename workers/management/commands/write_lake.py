from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from streaming import metrics
from streaming.events import event_log
from streaming.lake import lake
from workers import stopping
from workers.lake import run


class Command(BaseCommand):
    help = (
        "Writes playback events to the lake until it is stopped; manage.py serve does so too, in a thread of its own."
    )

    def handle(self, **options) -> None:
        try:
            event_log()
            url = lake().url
            metrics.serve(settings.METRICS_LISTEN)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        asked = stopping.asked()
        self.stdout.write(f"Writing events to {url}")
        self.stdout.flush()
        run(asked)
