from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from streaming import metrics
from streaming.events.kafka.address import Address
from workers import stopping
from workers.answers import run


class Command(BaseCommand):
    help = (
        "Answers requests for recommendations that other systems put on a topic of Kafka, until it is stopped. "
        "EVENT_LOG_URL names the brokers; there may be as many as the topic has partitions, which they share."
    )

    def handle(self, **options) -> None:
        try:
            address = Address.of(settings.EVENT_LOG_URL)
        except ImproperlyConfigured as error:
            raise CommandError(f"requests are answered on Kafka alone: {error}") from error
        try:
            metrics.serve(settings.METRICS_LISTEN)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        asked = stopping.asked()
        self.stdout.write("Answering requests for recommendations")
        self.stdout.flush()
        run(address, asked)
