"""Smart playlists: a small language of rules in JSON, checked, and turned into a query.

    {"match": "all", "sort": "random", "limit": 100, "rules": [
        {"field": "genre", "op": "is", "value": 12},
        {"match": "any", "rules": [
            {"field": "year", "op": "between", "value": [1990, 1999]},
            {"field": "liked", "op": "is", "value": true}]}]}

`match` is "all" or "any"; a group stands where a rule may, and holds rules alone. `fields.py` says what can be asked.
"""

from streaming.smart.query import tracks
from streaming.smart.rules import RuleError, check

__all__ = ["RuleError", "check", "tracks"]
