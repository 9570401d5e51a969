"""Which state of the lake a model learned from, so that it can be looked up or read again."""

from streaming.lake import lake


def lake_version() -> int | None:
    """The number of the lake's last commit; None before the first; raises LakeUnavailable."""
    return lake().version()
