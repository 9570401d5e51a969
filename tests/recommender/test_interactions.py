import numpy as np
import pytest

from recommender import interactions
from recommender.interactions import BANNED, EARLY_SKIP, FINISHED, LIKED, MOST, PARTIAL
from streaming.models import Ban, Listener, Play
from tests.recommender.world import NOON, heard, like, make_tracks, play, skip

pytestmark = pytest.mark.django_db

PLAYING, SKIPPED, FINISHED_PLAY = Play.Outcome.PLAYING, Play.Outcome.SKIPPED, Play.Outcome.FINISHED


@pytest.fixture
def tracks():
    return make_tracks(3)


def weights(read: interactions.Interactions) -> dict[tuple, float]:
    return {
        (read.listener_ids[row], int(read.track_ids[column])): weight
        for row, column, weight in zip(read.rows, read.columns, read.weights.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    "outcome, share, weight",
    [
        (FINISHED_PLAY, 1.0, FINISHED),
        (FINISHED_PLAY, 0.4, FINISHED),
        (SKIPPED, 0.05, EARLY_SKIP),
        (SKIPPED, 0.6, 0.6 * PARTIAL),
        (PLAYING, 0.05, 0.05 * PARTIAL),
        (PLAYING, 3.0, PARTIAL),
    ],
)
def test_a_play_weighs_what_its_end_says(listener, tracks, outcome, share, weight):
    play(listener, tracks[0], outcome, share=share)
    assert weights(heard()) == {(listener.pk, tracks[0].pk): pytest.approx(weight)}


@pytest.mark.parametrize("played_ms, interactions", [(9, 1), (0, 0)])
def test_a_play_of_unknown_length_that_did_not_finish_says_little_or_nothing(listener, tracks, played_ms, interactions):
    """What was heard for 9 ms counts as heard whole, of 1 ms."""
    play(listener, tracks[0], PLAYING)
    Play.objects.update(played_ms=played_ms, duration_ms=0)
    assert len(heard()) == interactions


def test_what_was_said_of_a_track_adds_up(listener, tracks):
    play(listener, tracks[0])
    play(listener, tracks[0], minute=1)
    like(listener, tracks[0])
    skip(listener, tracks[1])
    assert weights(heard()) == {
        (listener.pk, tracks[0].pk): min(2 * FINISHED + LIKED, MOST),
        (listener.pk, tracks[1].pk): EARLY_SKIP,
    }


def test_a_track_on_repeat_weighs_no_more_than_most(listener, tracks):
    for minute in range(20):
        play(listener, tracks[0], minute=minute)
    assert list(weights(heard()).values()) == [MOST]


def test_a_ban_outweighs_any_number_of_plays(listener, tracks):
    for minute in range(20):
        play(listener, tracks[0], minute=minute)
    like(listener, tracks[0])
    Ban.objects.create(listener=listener, track=tracks[0], at=NOON)
    assert BANNED < -MOST
    assert list(weights(heard()).values()) == [-MOST]


def test_simulated_listeners_count(tracks):
    simulated = Listener.objects.create(is_simulated=True)
    play(simulated, tracks[0])
    assert weights(heard()) == {(simulated.pk, tracks[0].pk): FINISHED}


def test_nothing_was_played():
    read = heard()
    assert (len(read), read.listener_ids, len(read.track_ids), read.plays) == (0, [], 0, 0)


def test_ids_with_holes_are_numbered_densely(listener, tracks):
    other = Listener.objects.create()
    play(listener, tracks[2])
    play(other, tracks[0])
    tracks[1].delete()
    read = heard()
    assert read.track_ids.tolist() == [tracks[0].pk, tracks[2].pk]
    assert read.plays == 2
    assert weights(read) == {(listener.pk, tracks[2].pk): FINISHED, (other.pk, tracks[0].pk): FINISHED}


def test_one_listener_is_read_as_all_are(listener, tracks):
    play(listener, tracks[2])
    play(listener, tracks[0], SKIPPED, share=0.5)
    skip(listener, tracks[1])
    like(listener, tracks[1])
    play(Listener.objects.create(), tracks[1])
    track_ids, of_one = interactions.of_listener(listener.pk, 10).interactions()
    of_all = {track: weight for (who, track), weight in weights(heard()).items() if who == listener.pk}
    assert dict(zip(track_ids.tolist(), of_one.tolist(), strict=True)) == of_all
    assert np.all(np.diff(track_ids) > 0)


def test_a_history_is_the_newest_first(listener, tracks):
    for minute, track in enumerate(tracks):
        play(listener, track, minute=minute)
    history = interactions.of_listener(listener.pk, 2)
    assert [heard.track_id for heard in history.heard] == [tracks[2].pk, tracks[1].pk]
    assert history.played == {track.pk for track in tracks}


def test_likes_and_finished_plays_are_enjoyed_the_latest_first(listener, tracks):
    play(listener, tracks[0], minute=0)
    like(listener, tracks[1], minute=1)
    play(listener, tracks[2], minute=2)
    play(listener, tracks[0], minute=3)
    Ban.objects.create(listener=listener, track=tracks[2], at=NOON)
    assert interactions.of_listener(listener.pk, 10).enjoyed() == [tracks[0].pk, tracks[1].pk]


def test_a_track_is_turned_away_by_a_ban_or_if_its_last_play_was_skipped(listener, tracks):
    skip(listener, tracks[0], minute=0)
    play(listener, tracks[0], minute=1)
    play(listener, tracks[1], minute=2)
    skip(listener, tracks[1], minute=3)
    Ban.objects.create(listener=listener, track=tracks[2], at=NOON)
    assert interactions.of_listener(listener.pk, 10).turned_away() == [tracks[1].pk, tracks[2].pk]


def test_who_never_did_anything_has_no_history(listener):
    assert not interactions.of_listener(listener.pk, 10)
