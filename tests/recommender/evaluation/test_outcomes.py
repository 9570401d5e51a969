"""What became of recommendations, counted by hand."""

import json
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommender.evaluation.outcomes import Outcome, Rate, outcomes
from recommender.models import ModelRun, Recommendation
from streaming.models import Ban, Like, Listener, Play, Track
from tests.recommender.world import MINUTE, NOON, make_tracks, play

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    return make_tracks(4)


@pytest.fixture
def run() -> ModelRun:
    return ModelRun.objects.create(algorithm="ease")


def offer(
    listener: Listener | None, tracks: list[Track], run: ModelRun, *, at: datetime = NOON, until: datetime | None = None
) -> Recommendation:
    items = [{"track_id": track.pk, "score": 1.0, "reason": "", "run_id": run.pk} for track in tracks]
    return Recommendation.objects.create(
        listener=listener, shelf="for-you", title="For you", items=items, created_at=at, replaced_at=until
    )


def follow(shelf: Recommendation, listener: Listener, track: Track, *args, **kwargs) -> Play:
    """A play that came from a shelf."""
    played = play(listener, track, *args, **kwargs)
    Play.objects.filter(pk=played.pk).update(recommendation_id=shelf.pk)
    return played


def counts(outcome: Outcome) -> dict[str, tuple[int, int]]:
    return {name: (rate.count, rate.of) for name, rate in outcome.rates.items()}


def test_each_offer_is_followed(listener, tracks, run):
    shelf = offer(listener, tracks, run)
    follow(shelf, listener, tracks[0], minute=1)
    follow(shelf, listener, tracks[1], Play.Outcome.SKIPPED, share=0.1, minute=5)
    follow(shelf, listener, tracks[2], Play.Outcome.SKIPPED, share=0.6, minute=6)
    Like.objects.create(listener=listener, track=tracks[0], at=NOON + 2 * MINUTE)
    Ban.objects.create(listener=listener, track=tracks[1], at=NOON + 6 * MINUTE)
    # Liked long before it was offered: that is not what became of the offer.
    Like.objects.create(listener=listener, track=tracks[2], at=NOON - timedelta(days=3))
    [found] = outcomes()
    assert (found.run_id, found.shelf, found.offered, found.since) == (run.pk, "For you", 4, NOON)
    assert counts(found) == {
        "played": (3, 4),
        "finished": (1, 3),
        "skipped": (1, 3),
        "liked": (1, 3),
        "banned": (1, 3),
    }


def test_a_shelf_that_nobody_was_there_for_was_not_offered(listener, tracks, run):
    """Plays at noon and an hour later; shelves that stood before, between and after."""
    play(listener, tracks[0], minute=0)
    play(listener, tracks[0], minute=60)
    offer(listener, tracks[1:2], run, at=NOON - 9 * MINUTE, until=NOON - MINUTE)
    offer(listener, tracks[2:3], run, at=NOON + MINUTE, until=NOON + 59 * MINUTE)
    offer(listener, tracks[3:4], run, at=NOON + 61 * MINUTE)
    assert outcomes() == []
    Recommendation.objects.filter(replaced_at=None).update(created_at=NOON + 59 * MINUTE)
    [found] = outcomes()
    assert found.offered == 1


def test_what_is_offered_again_the_same_day_counts_once(listener, tracks, run):
    for minute in range(5):
        last = offer(listener, tracks[:2], run, at=NOON + minute * MINUTE, until=NOON + (minute + 1) * MINUTE)
        follow(last, listener, tracks[0], minute=minute)
    [found] = outcomes()
    assert (found.offered, counts(found)["played"]) == (2, (1, 2))


def test_a_run_is_credited_with_its_own_tracks(listener, tracks, run):
    other = ModelRun.objects.create(algorithm="als")
    shelf = offer(listener, tracks[:2], run)
    shelf.items[1]["run_id"] = other.pk
    shelf.save()
    follow(shelf, listener, tracks[1], minute=1)
    found = {row.run_id: row for row in outcomes()}
    assert counts(found[run.pk])["played"] == (0, 1)
    assert counts(found[other.pk])["played"] == (1, 1)


def test_of_the_cold_start_only_plays_are_known(listener, tracks, run):
    follow(offer(None, tracks, run), listener, tracks[0], minute=1)
    [found] = outcomes()
    assert (found.cold, found.offered) == (True, None)
    assert counts(found) == {"finished": (1, 1), "skipped": (0, 1), "liked": (0, 1), "banned": (0, 1)}


def test_a_play_that_names_anothers_shelf_or_another_track_counts_for_nothing(listener, tracks, run):
    other = Listener.objects.create()
    shelf = offer(listener, tracks[:1], run)
    play(listener, tracks[0], minute=0)
    follow(shelf, other, tracks[0], minute=1)
    follow(shelf, listener, tracks[3], minute=2)
    [found] = outcomes()
    assert counts(found)["played"] == (0, 1)


def test_a_rate_has_the_interval_of_wilson():
    """The method's standard example: of 10 trials 1 and of 10 none succeed (Newcombe, 1998, table I: 0 to 0.2775)."""
    low, high = Rate(0, 10).limits
    assert (low, round(high, 4)) == (0.0, 0.2775)
    assert Rate(0, 0).limits == (0.0, 1.0)


def test_queries_do_not_grow_with_what_was_offered(listener, tracks, run):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            outcomes()
        return len(captured)

    follow(offer(listener, tracks, run, until=NOON + MINUTE), listener, tracks[0], minute=1)
    before = queries()
    for minute in range(1, 30):
        shelf = offer(listener, tracks, run, at=NOON + minute * MINUTE, until=NOON + (minute + 1) * MINUTE)
        follow(shelf, listener, tracks[1], minute=minute)
    assert queries() == before


def test_plays_are_found_by_an_index(listener, tracks, run):
    if connection.vendor != "sqlite":
        pytest.skip("the plan is asked for in SQLite's words")
    follow(offer(listener, tracks, run), listener, tracks[0], minute=1)
    with CaptureQueriesContext(connection) as captured:
        outcomes()
    [sql] = [query["sql"] for query in captured if '"recommendation_id" IN' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "play_rec" in plan


def test_the_command(listener, tracks, run, capsys):
    call_command("outcomes")
    assert capsys.readouterr().out == "nothing was recommended yet\n"
    follow(offer(listener, tracks, run), listener, tracks[0], minute=1)
    call_command("outcomes", json=True)
    [found] = json.loads(capsys.readouterr().out)["outcomes"]
    assert (found["model"], found["shelf"], found["offered"]) == (f"ease {run.pk}", "For you", 4)
    assert found["played"] | {"low": 0, "high": 0} == {"count": 1, "of": 4, "rate": 0.25, "low": 0, "high": 0}
    call_command("outcomes")
    assert "4 offered, played 1/4, finished 1/1" in capsys.readouterr().out


def test_the_page(listener, tracks, run, admin_client, client):
    url = reverse("admin:recommender_outcomes")
    assert "Nothing was recommended yet" in admin_client.get(url).content.decode()
    follow(offer(listener, tracks, run), listener, tracks[0], minute=1)
    page = admin_client.get(url).content.decode()
    assert f'/admin/recommender/modelrun/{run.pk}/change/">ease {run.pk}</a>' in page
    assert "1: 25%" in page
    assert reverse("admin:recommender_outcomes") in admin_client.get("/admin/").content.decode()
    assert client.get(url).status_code == 302
