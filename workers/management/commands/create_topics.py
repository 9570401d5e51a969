from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from streaming.events import EventLogUnavailable
from streaming.events.kafka.address import Address
from streaming.events.kafka.topics import create


class Command(BaseCommand):
    help = (
        "Makes the topics that the service needs on Kafka, at the brokers of EVENT_LOG_URL: playback events, their "
        "dead letters, and requests for recommendations with their results. Leaves alone what is there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--partitions", type=int, default=6, help="as many consumers can share a topic (default: %(default)s)"
        )
        parser.add_argument(
            "--replication", type=int, default=1, help="brokers that keep each partition (default: %(default)s)"
        )

    def handle(self, *, partitions: int, replication: int, **options) -> None:
        for name, number in (("partitions", partitions), ("replication", replication)):
            if number < 1:
                raise CommandError(f"--{name} is {number}; it has to be 1 or more")
        try:
            self._create(Address.of(settings.EVENT_LOG_URL), partitions, replication)
        except (ImproperlyConfigured, EventLogUnavailable) as error:
            raise CommandError(str(error)) from error

    def _create(self, address: Address, partitions: int, replication: int) -> None:
        for made in create(address, partitions=partitions, replication=replication):
            if made.is_new:
                self.stdout.write(f"{made.topic.name}: made, partitions: {made.partitions}")
            elif made.partitions == made.topic.partitions:
                self.stdout.write(f"{made.topic.name}: is there, partitions: {made.partitions}")
            else:
                self.stdout.write(
                    f"{made.topic.name}: is there with {made.partitions} partitions instead of "
                    f"{made.topic.partitions}, and stays so: a listener's events would come to another one"
                )
