import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from recommender import store
from recommender.models import Recommendation
from recommender.store import Item, Shelf
from streaming.models import Listener

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(uuid.uuid4(), "for-you", "For you", [Item(7, 0.5, "Popular in Jazz", 3), Item(5, 0.25, "", 3)])


def another(shelf: Shelf, **changes) -> Shelf:
    return replace(shelf, id=uuid.uuid4(), **changes)


def test_what_is_stored_is_read_back(listener, shelf):
    assert store.standing(listener.pk) is None
    assert store.replace(listener.pk, [shelf], NOON)
    standing = store.standing(listener.pk)
    assert standing.shelves == [shelf]
    assert standing.updated_at == NOON
    assert standing.version == 1_772_366_400_000  # 2026-03-01T12:00:00Z in milliseconds


def test_shelves_stand_in_the_order_of_the_page(listener, shelf):
    store.replace(listener.pk, [another(shelf, slug="new-to-you"), another(shelf, slug="because"), shelf], NOON)
    assert [standing.slug for standing in store.standing(listener.pk).shelves] == ["for-you", "because", "new-to-you"]


def test_the_old_shelves_are_kept_as_replaced(listener, shelf):
    newer = another(shelf)
    store.replace(listener.pk, [shelf], NOON)
    store.replace(listener.pk, [newer], NOON + SECOND)
    assert store.standing(listener.pk).shelves == [newer]
    assert Recommendation.objects.get(pk=shelf.id).replaced_at == NOON + SECOND


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_shelves_from_older_plays_do_not_replace_newer_ones(listener, shelf, late):
    store.replace(listener.pk, [shelf], NOON)
    assert not store.replace(listener.pk, [another(shelf)], NOON - late)
    assert store.standing(listener.pk).shelves == [shelf]
    assert Recommendation.objects.count() == 1


def test_all_shelves_are_replaced_or_none(listener, shelf):
    store.replace(listener.pk, [shelf], NOON)
    with pytest.raises(IntegrityError):
        store.replace(listener.pk, [another(shelf), another(shelf)], NOON + SECOND)
    assert store.standing(listener.pk).shelves == [shelf]


def test_whoever_has_no_shelves_gets_the_cold_ones(listener, shelf):
    cold, own = shelf, another(shelf)
    assert store.standing_or_cold(listener.pk) is None
    store.replace(None, [cold], NOON)
    assert store.standing_or_cold(listener.pk).shelves == [cold]
    assert store.standing_or_cold(uuid.uuid4()).shelves == [cold]
    store.replace(listener.pk, [own], NOON)
    assert store.standing_or_cold(listener.pk).shelves == [own]
    store.replace(listener.pk, [], NOON + SECOND)
    assert store.standing_or_cold(listener.pk).shelves == [cold]


def test_whose_last_event_is_newer_than_their_shelves_is_stale(shelf):
    fresh, stale, shelfless = (Listener.objects.create(last_event_at=NOON) for _ in range(3))
    Listener.objects.create()  # no event
    Listener.objects.create(last_event_at=NOON, is_simulated=True)
    Listener.objects.create(last_event_at=NOON, merged_into=fresh)
    store.replace(fresh.pk, [shelf], NOON)
    store.replace(stale.pk, [another(shelf)], NOON - 2 * SECOND)
    store.replace(stale.pk, [another(shelf)], NOON - SECOND)
    assert set(store.stale_listeners()) == {stale.pk, shelfless.pk}


def test_what_was_replaced_long_ago_is_forgotten(listener, shelf, settings):
    settings.RECOMMENDATION_RETENTION_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    newer, newest = another(shelf), another(shelf)
    store.replace(listener.pk, [shelf], long_ago)
    store.replace(listener.pk, [newer], long_ago + SECOND)
    store.replace(listener.pk, [newest], timezone.now())
    assert store.prune() == 1
    assert set(Recommendation.objects.values_list("pk", flat=True)) == {newer.id, newest.id}
