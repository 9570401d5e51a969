import uuid
from datetime import UTC, datetime

import pytest

from recommender import store
from recommender.shelves import as_html, shown
from streaming.models import Ban, Listener, Track
from tests.recommender.world import NOON, make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(2)


@pytest.mark.parametrize("cold", [True, False])
def test_shelves_that_a_ban_overtook_are_shown_without_its_track(listener, tracks, cold):
    items = [store.Item(track.pk, 1.0, "", 0) for track in tracks]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    store.replace(None if cold else listener.pk, [store.Shelf(uuid.uuid4(), "for-you", "For you", items)], at)
    other = Listener.objects.create()
    as_html(store.standing_or_cold(other.pk) or store.standing(listener.pk), other.pk)
    Ban.objects.create(listener=listener, track=tracks[0], at=NOON)
    assert [item.track for item in shown(listener.pk).shelves[0].items] == [tracks[1]]
    html = as_html(store.standing_or_cold(listener.pk), listener.pk)
    assert f'data-track="{tracks[0].pk}"' not in html
    assert f'data-track="{tracks[1].pk}"' in html


def test_what_was_written_once_is_not_shown_to_who_banned_a_track_since(listener, tracks):
    """Pages are kept as they were written for a minute: a ban, or one that was taken back, counts at once."""
    items = [store.Item(track.pk, 1.0, "", 0) for track in tracks]
    store.replace(listener.pk, [store.Shelf(uuid.uuid4(), "for-you", "For you", items)], NOON)
    standing, banned = store.standing(listener.pk), f'data-track="{tracks[0].pk}"'
    assert banned in as_html(standing, listener.pk)
    ban = Ban.objects.create(listener=listener, track=tracks[0], at=NOON)
    assert banned not in as_html(standing, listener.pk)
    assert banned in as_html(standing, Listener.objects.create().pk)
    ban.delete()
    assert banned in as_html(standing, listener.pk)
