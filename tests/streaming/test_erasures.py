"""Out of the log and out of the lake, whatever is on its way between them."""

import json

import pytest
from django.utils import timezone

from streaming import erasures, privacy
from streaming.events import Kind, event_log
from streaming.lake import LakeUnavailable
from streaming.models import ConsumerOffset, DeadLetter, Erasure, Listener, LogHead, LogRecord
from tests.streaming.said import event, everything, fill_lake, in_lake, in_log, say
from workers.lake import LakeConsumer

pytestmark = pytest.mark.django_db
KINDS = ["finished", "liked", "banned", "searched"]


@pytest.fixture
def stranger(db) -> Listener:
    return Listener.objects.create()


def test_log_and_lake_have_forgotten(listener, stranger, track):
    say([*everything(listener, track), *everything(stranger, track)])
    privacy.clear(listener.pk, verdicts=True)
    assert erasures.finish() == 1
    assert (in_log(listener), in_log(stranger)) == ([], KINDS)
    assert in_lake() == sorted((stranger.pk, kind) for kind in KINDS)
    texts = json.dumps(list(LogRecord.objects.values_list("key", "value")))
    assert (str(listener.pk) in texts, str(stranger.pk) in texts) == (False, True)
    assert erasures.finish() == 0


def test_likes_and_bans_stay_where_they_are_to(listener, track):
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=False)
    erasures.finish()
    assert in_log(listener) == ["liked", "banned"]
    assert in_lake() == [(listener.pk, "banned"), (listener.pk, "liked")]


def test_history_and_likes_cleared_at_different_times(listener, track):
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=True)
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=False)
    assert erasures.finish() == 1
    assert in_log(listener) == ["liked", "banned"]
    assert in_lake() == [(listener.pk, "banned"), (listener.pk, "liked")]


def test_what_came_after_the_clearing_stays(listener, track):
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=True)
    say([event(listener, Kind.FINISHED, track)])
    erasures.finish()
    assert in_log(listener) == ["finished"]
    assert in_lake() == [(listener.pk, "finished")]


def test_offsets_stay_and_consumers_pass_over_what_is_empty(listener, stranger, track):
    event_log().append(everything(listener, track))
    privacy.clear(listener.pk, verdicts=True)
    erasures.finish()
    say(everything(stranger, track))
    assert list(LogRecord.objects.values_list("offset", flat=True)) == [*range(8)]
    assert LogHead.objects.get().next_offset == 8
    assert in_lake() == sorted((stranger.pk, kind) for kind in KINDS)
    assert not DeadLetter.objects.exists()
    assert {row.next_offset for row in ConsumerOffset.objects.all()} == {8}


def test_an_erased_event_that_is_sent_again_is_known(listener, track):
    said = everything(listener, track)
    say(said)
    privacy.clear(listener.pk, verdicts=True)
    erasures.finish()
    event_log().append(said)
    assert LogHead.objects.get().next_offset == 4
    assert in_log(listener) == []


def test_a_batch_on_its_way_to_the_lake_is_waited_for(listener, track):
    """Read by a writer before the clearing, and added after it: an erasure that was done by then would miss it."""
    event_log().append([event(listener, Kind.LIKED, track)])
    fill_lake()
    event_log().append(everything(listener, track))
    privacy.clear(listener.pk, verdicts=True)
    assert erasures.finish() == 0
    assert Erasure.objects.get().done_at is None
    fill_lake()
    assert erasures.finish() == 1
    assert in_lake() == []


def test_an_event_received_before_and_logged_after_is_left_out(listener, track):
    late = everything(listener, track)
    privacy.clear(listener.pk, verdicts=True)
    say(late)
    assert in_lake() == []
    erasures.finish()
    assert in_log(listener) == []


def test_records_of_theirs_that_nobody_could_read_go_too(listener, stranger, track):
    for one in (listener, stranger):
        DeadLetter.objects.create(offset=0, event_id=str(one.pk), value=f'{{"listener_id": "{one.pk}"', reason="bad")
    privacy.clear(listener.pk, verdicts=True)
    erasures.finish()
    assert [letter.event_id for letter in DeadLetter.objects.all()] == [str(stranger.pk)]


def test_a_lake_that_is_away_is_tried_again_and_the_log_is_done(listener, track, state):
    event_log().append(everything(listener, track))
    (state / "lake").touch()
    privacy.clear(listener.pk, verdicts=True)
    with pytest.raises(LakeUnavailable):
        erasures.finish()
    assert in_log(listener) == []
    assert erasures.unfinished(timezone.now()) == [listener.pk]
    (state / "lake").unlink()
    fill_lake()
    assert erasures.finish() == 1


def test_a_reader_of_the_lake_is_told_of_what_was_forgotten_while_it_read(listener, track):
    say(everything(listener, track))
    began = timezone.now()
    privacy.clear(listener.pk, verdicts=True)
    erasures.finish()
    assert erasures.unfinished(began) == [listener.pk]
    assert erasures.unfinished(timezone.now()) == []


def test_a_new_lake_of_the_old_log_does_not_have_it(listener, track, settings):
    say(everything(listener, track))
    privacy.clear(listener.pk, verdicts=True)
    erasures.finish()
    settings.LAKE_URL += "-new"
    LakeConsumer().run_cycle()
    assert in_lake() == []
