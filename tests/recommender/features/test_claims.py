"""Leases: two workers never have the same track, and that of a dead one is void a moment later."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from recommender.features import claims as leases
from recommender.features.claims import LEASE, LIST_LASTS, Claims
from recommender.models import FeatureClaim
from streaming.models import Artist, Track


@pytest.fixture
def tracks(artist) -> list[int]:
    return [Track.objects.create(title=f"{number}", artist=artist).pk for number in range(5)]


def expire() -> None:
    """As if the leases had been taken a lease ago."""
    FeatureClaim.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))


def test_a_track_is_one_workers(tracks):
    one, other = Claims(), Claims()
    assert one.take(tracks[:3]) == tracks[:3]
    assert other.take(reversed(tracks)) == [tracks[4], tracks[3]]
    assert one.take(tracks[:3]) == tracks[:3]
    assert set(leases.held().values_list("pk", flat=True)) == set(tracks)


def test_what_is_done_cannot_be_taken_for_another_lease(tracks):
    """Another worker may have listed it as missing before it was done."""
    one, other = Claims(), Claims()
    one.take(tracks)
    one.done(tracks[0])
    assert other.take(tracks) == one.take(tracks[:1]) == []
    assert leases.taken() == set(tracks)
    assert set(leases.held().values_list("pk", flat=True)) == set(tracks[1:])
    expire()
    assert other.take(tracks) == tracks


def test_a_list_does_not_last_as_long_as_what_was_done_since_is_kept():
    assert LEASE.total_seconds() > LIST_LASTS


def test_what_is_to_be_tried_again_is_free_at_once(tracks):
    one, other = Claims(), Claims()
    one.take(tracks)
    one.done(tracks[0])
    leases.allow_again(tracks)
    assert other.take(tracks) == tracks[:1]


def test_leaving_gives_all_back_even_by_an_error(tracks):
    with pytest.raises(RuntimeError), Claims() as claims:
        claims.take(tracks)
        raise RuntimeError
    assert not FeatureClaim.objects.exists()


def test_a_lease_that_was_not_renewed_is_void(tracks):
    killed, other = Claims(), Claims()
    killed.take(tracks)
    assert other.take(tracks) == []
    expire()
    assert not leases.held().exists()
    assert other.take(tracks) == tracks
    # It was stopped for a while, and wakes up: the tracks are not its own any more.
    killed.done(tracks[0])
    killed.renew()
    assert leases.held().count() == 5


def test_a_lease_lasts_as_long_as_it_says(tracks):
    before = datetime.now(UTC)
    Claims().take(tracks[:1])
    left = FeatureClaim.objects.get().expires_at - before
    # SQLite's clock tells milliseconds.
    assert LEASE - timedelta(milliseconds=1) <= left <= LEASE + (datetime.now(UTC) - before)


def test_renewing_when_it_is_time(tracks, monkeypatch):
    claims = Claims()
    claims.take(tracks)
    expire()
    claims.renew()
    assert not leases.held().exists()  # too early
    monkeypatch.setattr(leases, "RENEWAL", 0.0)
    claims.renew()
    assert leases.held().count() == 5


def test_a_track_that_was_deleted_cannot_be_claimed(tracks):
    assert Claims().take([tracks[0], 10**6]) == tracks[:1]


def test_a_claim_goes_with_its_track(tracks):
    Claims().take(tracks)
    Track.objects.get(pk=tracks[0]).delete()
    assert leases.held().count() == 4


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_the_same_moment():
    artist = Artist.objects.create(name="Karissa Hobbs")
    wanted = [track.pk for track in Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(40))]
    together, taken = Barrier(4), []

    def work() -> None:
        together.wait()
        claims = Claims()
        for start in range(0, len(wanted), 10):
            taken.extend(claims.take(wanted[start : start + 10]))
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == wanted
