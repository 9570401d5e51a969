from django.core.management.base import BaseCommand

from streaming.imports.demo import removal


class Command(BaseCommand):
    help = "Removes the composed demo and its simulated listeners; your own music, plays and likes stay."

    def handle(self, **options) -> None:
        removed = removal.remove()
        self.stdout.write(f"Removed {removed.tracks} composed tracks and {removed.listeners} simulated listeners.")
        self.stdout.write("Models learn of it at their next training: manage.py train does it now.")
