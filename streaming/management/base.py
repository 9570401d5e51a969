"""What commands of all rooms begin with."""

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


class DatabaseCommand(BaseCommand):
    """A command that is told before its work where the database lacks tables that it would look for."""

    def needs_tables(self, options: dict) -> bool:
        """Whether it does with these options."""
        return True

    def execute(self, *args, **options):
        if self.needs_tables(options):
            _require_tables()
        return super().execute(*args, **options)


def _require_tables() -> None:
    """Raises CommandError where migrations have not been applied. A database that is away is the command's to meet."""
    try:
        executor = MigrationExecutor(connection)
        left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return
    if left:
        place = connection.settings_dict["NAME"]
        raise CommandError(
            f"the database {place} lacks {len(left)} migrations, from {left[0][0]} on: run manage.py migrate first"
        )
