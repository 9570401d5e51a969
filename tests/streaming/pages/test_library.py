"""Liked, history and verdicts are the listener's own."""

import pytest
from django.utils import timezone

from streaming.models import Ban, Like, Play


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Play.Outcome.FINISHED, "finished"),
        (Play.Outcome.SKIPPED, "skipped at 0:40"),
        (Play.Outcome.PLAYING, "heard 0:40"),
    ],
)
def test_history_says_how_a_play_ended(client, me, track, play_of, outcome, words):
    play_of(track, me, outcome=outcome, played_ms=40_900)
    assert words in client.get("/history/").text


def test_history_and_likes_of_others_are_not_shown(client, me, listener, track, play_of):
    play_of(track, listener)
    Like.objects.create(listener=listener, track=track, at=timezone.now())
    assert "Nothing played yet" in client.get("/history/").text
    assert "Nothing liked yet" in client.get("/liked/").text


def test_likes_come_newest_first(client, me, make_tracks):
    first, second = make_tracks(2)
    for track in (first, second):
        Like.objects.create(listener=me, track=track, at=timezone.now())
    assert [like.track for like in client.get("/liked/").context["page"].rows] == [second, first]


def test_verdicts_of_the_tracks_asked_about(client, me, listener, make_tracks):
    liked, banned, neither = make_tracks(3)
    Like.objects.create(listener=me, track=liked, at=timezone.now())
    Ban.objects.create(listener=me, track=banned, at=timezone.now())
    Like.objects.create(listener=listener, track=neither, at=timezone.now())
    answer = client.get("/verdicts/", {"track": [liked.pk, banned.pk, neither.pk, "x", "-1", "9" * 40]})
    assert answer.json() == {"liked": [liked.pk], "banned": [banned.pk]}
    assert client.get("/verdicts/").json() == {"liked": [], "banned": []}
