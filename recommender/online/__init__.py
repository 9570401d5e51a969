"""What to play next, for one listener, now: history → fold-in → candidates → blend → shelves → store."""

from recommender.online.refresh import refresh, refresh_cold, warm_up

__all__ = ["refresh", "refresh_cold", "warm_up"]
