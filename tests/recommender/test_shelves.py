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


@pytest.fixture
def me(client) -> uuid.UUID:
    """The listener of the client's browser."""
    return Listener.objects.create(pk=client.get("/login/").wsgi_request.anonymous_listener_id).pk


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


def test_one_store_is_read_in_each_language(client, me, tracks):
    items = [store.Item(tracks[0].pk, 1.0, "Popular in Folk", 0, ["POPULAR", "Folk"])]
    shelves = [
        store.Shelf(uuid.uuid4(), "for-you", "For you", items),
        store.Shelf(uuid.uuid4(), "because", "Because you played <i>", items),
    ]
    store.replace(me, shelves, NOON)
    english, german = client.get("/"), client.get("/", headers={"Accept-Language": "de"})
    for words in ("Für dich", "Beliebt in Folk", "Weil du &lt;i&gt; gehört hast"):
        assert words in german.text
        assert words not in english.text
    for words in ("For you", "Popular in Folk", "Because you played &lt;i&gt;"):
        assert words in english.text
        assert words not in german.text
    answer = client.get("/api/v1/recommendations/", headers={"Accept-Language": "de"}).json()
    assert [shelf["title"] for shelf in answer["shelves"]] == ["Für dich", "Weil du <i> gehört hast"]
    assert answer["shelves"][0]["items"][0]["reason"] == "Beliebt in Folk"
