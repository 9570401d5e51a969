"""What Echo Nest and Spotify heard in tracks, as fields that the rules of smart playlists may ask for."""

import json
from functools import partial

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from recommender.features.columns import ECHONEST_COLUMNS
from recommender.features.store import feature_store
from streaming.smart.fields import Asker, Field, Kind, register

FAMILY = "echonest"
# Seconds for which the table is taken to be true.
LASTS = 60
# Ids given as one value, whose number no database limits.
ID_LISTS = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(%s::json)",
}
TITLES = {
    "tempo": (_("Tempo"), _("beats a minute")),
    "energy": (_("Energy"), _("0 to 1")),
    "danceability": (_("Danceability"), _("0 to 1")),
    "valence": (_("Mood, from sad to glad"), _("0 to 1")),
    "acousticness": (_("Acousticness"), _("0 to 1")),
    "instrumentalness": (_("Instrumentalness"), _("0 to 1")),
    "liveness": (_("Liveness"), _("0 to 1")),
    "speechiness": (_("Speechiness"), _("0 to 1")),
}


def register_fields() -> None:
    """Called once all rooms are there."""
    columns = [name for *__, name in ECHONEST_COLUMNS]
    for name, (title, unit) in TITLES.items():
        register(Field(name, title, Kind.NUMBER, partial(_condition, columns.index(name)), unit))


def _condition(column: int, op: str, value: object, asker: Asker) -> Q:
    """A track of which nothing is known fulfils nothing."""
    ids, table = cache.get_or_set("character-table", _table, LASTS)
    values = table[:, column]
    if op == "between":
        kept = (values >= value[0]) & (values <= value[1])
    elif op == "is":
        kept = np.isclose(values, value)
    else:
        kept = values >= value if op == "at_least" else values <= value
    return Q(pk__in=RawSQL(ID_LISTS[connection.vendor], [json.dumps(ids[kept].tolist())], BigIntegerField()))


def _table() -> tuple[np.ndarray, np.ndarray]:
    """Ids, shape (n,), and what is known of each, shape (n, 8)."""
    blocks = list(feature_store().matrix(FAMILY))
    if not blocks:
        return np.zeros(0, np.int64), np.zeros((0, len(ECHONEST_COLUMNS)), np.float32)
    return np.concatenate([ids for ids, _ in blocks]), np.concatenate([vectors for _, vectors in blocks])
