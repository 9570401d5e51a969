from streaming.imports.demo import removal
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Removes the composed demo and its simulated listeners; your own music, plays and likes stay."

    def handle(self, **options) -> None:
        removed = removal.remove()
        self.stdout.write(f"Removed {removed.tracks} composed tracks and {removed.listeners} simulated listeners.")
        self.stdout.write("Models learn of it at their next training: manage.py train does it now.")
