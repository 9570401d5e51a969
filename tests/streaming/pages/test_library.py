"""Liked, history and verdicts are the listener's own."""

import pytest
from django.utils import timezone

from streaming.models import Ban, Like, Play
from workers.consumer import HistoryConsumer


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


def test_history_is_searched_by_track_and_artist(client, me, make_tracks, play_of):
    first, second = make_tracks(2)
    for track in (first, second):
        play_of(track, me)
    assert [play.track for play in client.get("/history/?q=rack 1").context["page"].rows] == [second]
    assert len(client.get("/history/?q=KARISSA").context["page"].rows) == 2
    page = client.get("/history/", {"q": "<script>alert(1)</script>"})
    assert "You have played nothing with" in page.text
    assert "<script>alert" not in page.text


def test_bans_are_seen_and_taken_back_by_a_form(client, me, make_tracks):
    (track,) = make_tracks(1)
    Ban.objects.create(listener=me, track=track, at=timezone.now())
    page = client.get("/banned/")
    assert [ban.track for ban in page.context["page"].rows] == [track]
    answer = client.post("/verdicts/", {"said": "unbanned", "track": track.pk, "next": "/banned/"})
    assert answer["Location"] == "/banned/"
    HistoryConsumer().run_cycle(timeout=0)
    assert not Ban.objects.exists()
    assert "Nothing here" in client.get("/banned/").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"said": "loved", "track": "1"}, "said is 'loved'; one of liked, unliked, banned, unbanned is meant"),
        ({"said": "liked", "track": "99"}, "track_id: there is no track 99"),
        ({"said": "liked", "track": "x"}, "track_id: 'x' is not the number of a track"),
        ({}, "said is ''"),
    ],
)
def test_what_cannot_be_said_is_refused(client, me, form, words):
    answer = client.post("/verdicts/", form)
    assert answer.status_code == 400
    assert words in answer.text


def test_a_form_leads_nowhere_else(client, me, track):
    answer = client.post("/verdicts/", {"said": "liked", "track": track.pk, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_charts_of_a_time_without_plays_say_so(client, me):
    assert "Nothing played in this time" in client.get("/history/charts/").text
    assert client.get("/history/charts/?period=century").status_code == 404


def test_charts_have_their_figures_as_a_table_too(client, me, make_tracks, play_of):
    (track,) = make_tracks(1)
    play_of(track, me, played_ms=90_000)
    page = client.get("/history/charts/")
    assert f'<th scope="row">{timezone.now():%a}' in page.text
    assert page.context["series"]["minutes"][-1] == 1.5
    assert len(page.context["series"]["days"]) == 7
