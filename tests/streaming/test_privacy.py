"""What a listener wants forgotten goes from the tables at once, and nothing brings it back."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from streaming import history, privacy
from streaming.events import Kind, event_log
from streaming.listeners import merge
from streaming.models import Ban, Erasure, Like, Listener, Play, Search
from tests.streaming.said import event, everything, in_log, save, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(db) -> Listener:
    return Listener.objects.create()


@pytest.fixture
def user(db):
    return get_user_model().objects.create_user("ada", password="correct horse")


def kept(listener: Listener) -> list[int]:
    """Plays, searches, likes and bans."""
    return [table.objects.filter(listener=listener).count() for table in (Play, Search, Like, Ban)]


@pytest.mark.parametrize(("verdicts", "left"), [(False, [0, 0, 1, 1]), (True, [0, 0, 0, 0])])
def test_a_cleared_history_is_gone_and_others_stay(listener, stranger, track, verdicts, left):
    say([*everything(listener, track), *everything(stranger, track)])
    privacy.clear(listener.pk, verdicts=verdicts)
    assert kept(listener) == left
    assert kept(stranger) == [1, 1, 1, 1]


@pytest.mark.parametrize(("verdicts", "is_known"), [(False, True), (True, False)])
def test_when_somebody_was_last_heard_from_goes_with_the_last_of_it(listener, track, verdicts, is_known):
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=verdicts)
    listener.refresh_from_db()
    assert (listener.last_event_at is not None) == is_known


def test_events_that_wait_in_the_log_do_not_come_back(listener, stranger, track):
    event_log().append([*everything(listener, track), *everything(stranger, track)])
    privacy.clear(listener.pk, verdicts=True)
    save()
    assert (kept(listener), kept(stranger)) == ([0, 0, 0, 0], [1, 1, 1, 1])


def test_a_batch_that_was_read_before_the_clearing_does_not_come_back(listener, track):
    batch = everything(listener, track)
    privacy.clear(listener.pk, verdicts=False)
    assert history.save(batch) == {listener.pk}
    assert kept(listener) == [0, 0, 1, 1]


def test_what_is_played_after_the_clearing_counts(listener, track):
    privacy.clear(listener.pk, verdicts=True)
    say(everything(listener, track))
    assert kept(listener) == [1, 1, 1, 1]


def test_clearing_again_clears_what_came_since(listener, track):
    for _ in range(2):
        say(everything(listener, track))
        privacy.clear(listener.pk, verdicts=True)
        assert kept(listener) == [0, 0, 0, 0]


def test_what_came_before_the_account_is_cleared_with_it(listener, track, user):
    """Under the old id, which the log still has, and out of batches under it too."""
    mine = Listener.objects.create(user=user)
    said = everything(listener, track)
    say(said)
    merge(listener.pk, into=mine)
    assert kept(mine) == [1, 1, 1, 1]
    privacy.clear(mine.pk, verdicts=True)
    history.save(said)
    assert kept(mine) == [0, 0, 0, 0]
    assert set(Erasure.objects.values_list("pk", flat=True)) == {mine.pk, listener.pk}


def test_an_old_cookie_clears_nothing_of_the_account(listener, track, user):
    mine = Listener.objects.create(user=user)
    say(everything(listener, track))
    merge(listener.pk, into=mine)
    privacy.clear(listener.pk, verdicts=True)
    assert kept(mine) == [1, 1, 1, 1]
    assert not Erasure.objects.exists()


def test_an_account_takes_everything_with_it(listener, stranger, track, user):
    mine = Listener.objects.create(user=user)
    said = everything(listener, track)
    say([*said, *everything(mine, track), *everything(stranger, track)])
    merge(listener.pk, into=mine)
    user.delete()
    assert list(Listener.objects.all()) == [stranger]
    assert set(Erasure.objects.values_list("pk", flat=True)) == {mine.pk, listener.pk}
    assert history.save([*said, *everything(mine, track, received_at=timezone.now() - timedelta(seconds=1))]) == set()
    assert list(Listener.objects.all()) == [stranger], "events on their way do not bring the listener back"


def test_simulated_listeners_leave_nothing_to_be_forgotten(db):
    Listener.objects.create(is_simulated=True).delete()
    assert not Erasure.objects.exists()


def test_a_clearing_that_is_undone_by_an_error_has_cleared_nothing(listener, track):
    """All of it is one transaction: what hears of the change is part of it."""

    def fail(sender, **kwargs):
        raise RuntimeError("the disk is full")

    say(everything(listener, track))
    privacy.changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            privacy.clear(listener.pk, verdicts=True)
    finally:
        privacy.changed.disconnect(fail)
    assert kept(listener) == [1, 1, 1, 1]
    assert not Erasure.objects.exists()
    assert in_log(listener) == ["finished", "liked", "banned", "searched"]


def test_whoever_is_not_personalised_keeps_a_history(listener, track):
    privacy.set_personalised(listener.pk, False)
    say(everything(listener, track))
    assert kept(listener) == [1, 1, 1, 1]
    listener.refresh_from_db()
    assert not listener.is_personalised


@pytest.mark.parametrize(("mine", "anonymous"), [(True, False), (False, True)])
def test_what_was_not_to_be_learned_from_is_not_learned_from_in_an_account(listener, track, user, mine, anonymous):
    account = Listener.objects.create(user=user, is_personalised=mine)
    privacy.set_personalised(listener.pk, anonymous)
    merge(listener.pk, into=account)
    account.refresh_from_db()
    assert not account.is_personalised


def test_what_was_read_before_a_clearing_may_not_be_used(listener):
    read_at = timezone.now()
    assert privacy.may_be_used(listener.pk, read_at)
    privacy.clear(listener.pk, verdicts=False)
    assert not privacy.may_be_used(listener.pk, read_at)
    assert privacy.may_be_used(listener.pk, timezone.now())
    privacy.set_personalised(listener.pk, False)
    assert not privacy.may_be_used(listener.pk, timezone.now())


def test_events_of_one_kind_and_time_are_told_from_others(listener, track):
    """Likes cleared once stay cleared when the history alone is cleared later."""
    first = event(listener, Kind.LIKED, track)
    privacy.clear(listener.pk, verdicts=True)
    second = event(listener, Kind.LIKED, track)
    privacy.clear(listener.pk, verdicts=False)
    history.save([first])
    assert kept(listener) == [0, 0, 0, 0]
    history.save([second])
    assert kept(listener) == [0, 0, 1, 0]
