"""How tracks sound, as rules of smart playlists ask for it."""

import numpy as np
import pytest
from django.core.cache import cache

from recommender.features.columns import ECHONEST_COLUMNS
from recommender.features.store import feature_store
from recommender.smart_fields import register_fields
from streaming import smart
from streaming.models import Track
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    """Fast and loud, slow and quiet, and one of which nothing is known."""
    cache.clear()
    register_fields()
    tracks = make_tracks(3)
    for track, values in zip(tracks, ({"tempo": 128.0, "energy": 0.9}, {"tempo": 70.0, "energy": 0.2}), strict=False):
        row = dict.fromkeys((name for *_, name in ECHONEST_COLUMNS), 0.5) | values
        feature_store().put("echonest", {track.pk: np.array([*row.values()])})
    return tracks


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("tempo", "between", [120, 130], [0]),
        ("tempo", "is", 70, [1]),
        ("energy", "at_most", 0.5, [1]),
        ("energy", "at_least", 0, [0, 1]),
        ("valence", "at_least", 0.6, []),
    ],
)
def test_a_rule_of_sound(tracks, listener, field, op, value, expected):
    rules = smart.check({"rules": [{"field": field, "op": op, "value": value}]})
    assert smart.tracks(rules, listener.pk) == [tracks[place].pk for place in expected]


def test_where_nothing_is_known_no_track_fulfils_a_rule(listener):
    cache.clear()
    register_fields()
    make_tracks(2)
    rules = smart.check({"rules": [{"field": "tempo", "op": "at_least", "value": 0}]})
    assert smart.tracks(rules, listener.pk) == []
