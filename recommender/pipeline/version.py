"""Which state of the lake a model learned from, so that it can be looked up or read again."""

from django.conf import settings


def lake_version() -> int | None:
    """The number of the lake's last commit; None before the first."""
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    try:
        return DeltaTable(settings.LAKE_URL).version()
    except TableNotFoundError:
        return None
