"""`manage.py evaluate` without files: all models on our own plays."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.recommender.tastes import Tastes, make_tastes
from tests.recommender.world import fill_lake, make_tracks, play, publish_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def tastes() -> Tastes:
    tastes = make_tastes()
    fill_lake()
    return tastes


def test_models_side_by_side(tastes, capsys):
    call_command("evaluate", json=True, model=["ease", "popularity"], k=[5, 20])
    found = json.loads(capsys.readouterr().out)
    # 24 listeners with 8 plays each, one an hour: the last fifth is the last two of everybody's.
    assert (found["plays"], found["listeners_in_all"], found["tracks"]) == (192, 24, 30)
    assert (found["listeners"], found["held_out"]) == (24, 48)
    assert found["held_out_since"] == "2026-03-01T18:00:00"
    # Of ten tracks of their group they have heard six: both held-out ones are among the four that are left.
    assert found["models"]["ease"]["@5"]["recall"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert found["models"]["popularity"]["@5"]["ndcg_lead"]["high"] < 0
    assert {"coverage", "novelty", "diversity", "popularity_bias"} < set(found["models"]["ease"]["@20"])


def test_models_by_features_stand_beside_those_by_plays(tastes, capsys):
    publish_content(tastes.groups)
    call_command("evaluate", json=True, k=[4], model=["popularity", "content"])
    found = json.loads(capsys.readouterr().out)["models"]
    # Whoever played a group hears its own sound before all others: four of its ten tracks are left, and two are right.
    assert found["content"]["@4"]["recall"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert found["content"]["@4"]["ndcg_lead"]["low"] > 0


def test_a_model_by_features_that_is_not_in_use_is_named(tastes):
    with pytest.raises(CommandError, match="--model autoencoder: no model of it is in use; `manage.py train"):
        call_command("evaluate", model=["ease", "autoencoder"])


@pytest.mark.spark
def test_all_models_by_default_and_the_blend_of_them(tastes, spark_session, settings, capsys):
    settings.ALS_RANK = 4
    publish_content(tastes.groups)
    call_command("evaluate", json=True, k=[4])
    found = json.loads(capsys.readouterr().out)["models"]
    assert list(found) == ["popularity", "ease", "sequence", "als", "blend", "content"]
    assert found["blend"]["@4"]["recall"]["mean"] == 1.0


def test_it_says_what_was_judged_and_what_was_left_out(tastes, capsys):
    play(tastes.listeners[0], tastes.groups[0][0], minute=60 * 7)
    fill_lake()
    call_command("evaluate", model=["popularity"])
    said = capsys.readouterr().out
    assert "plays of 24 listeners and 30 tracks" in said
    assert "1 held-out tracks heard before" in said
    assert "@10" in said


def test_recommendations_are_of_tracks_and_listeners(tastes, tmp_path):
    path = tmp_path / "lists.txt"
    call_command("evaluate", model=["ease"], k=[4], write_recommendations=path)
    lists = {row[0]: row[1:] for row in (line.split() for line in path.read_text().splitlines())}
    ours = tastes.listeners[0]
    assert set(lists) == {str(listener.pk) for listener in tastes.listeners}
    assert {int(one) for one in lists[str(ours.pk)]} == {track.pk for track in tastes.groups[0][6:]}


def test_nothing_to_judge_by(listener):
    with pytest.raises(CommandError, match="nothing was played yet"):
        call_command("evaluate")
    play(listener, make_tracks(1)[0])
    fill_lake()
    with pytest.raises(CommandError, match="nobody with a history before"):
        call_command("evaluate")
