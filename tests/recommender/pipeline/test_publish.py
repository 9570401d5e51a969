"""Champion and challenger, on plays of which it can be told who foretells them."""

import pytest

from recommender import artefacts
from recommender.algorithms.collaborative import EaseModel
from recommender.evaluation.plays import held_out
from recommender.models import ModelRun
from recommender.pipeline.fit import Candidate, candidate
from recommender.pipeline.publish import publish
from streaming.models import Erasure
from tests.recommender.tastes import Tastes, listen, make_tastes
from tests.recommender.world import make_tracks, prepared

pytestmark = pytest.mark.django_db

# A model of two tracks knows nothing of the others.
POOR = {"l2": 100.0, "kept": 1, "most": 2}


@pytest.fixture
def tastes() -> Tastes:
    return make_tastes()


def trained(params: dict | None = None) -> ModelRun:
    plays = prepared()
    challenger = candidate(EaseModel) if params is None else Candidate(EaseModel, params)
    return publish(challenger, plays, held_out(plays), 1)


def test_the_first_run_serves_whatever_it_is_worth(tastes):
    run = trained(POOR)
    assert run.status == ModelRun.Status.PUBLISHED
    assert artefacts.current("ease").run_id == run.pk


def test_a_challenger_that_is_better_by_more_than_chance_serves(tastes):
    poor = trained(POOR)
    run = trained()
    poor.refresh_from_db()
    assert (run.status, poor.status) == (ModelRun.Status.PUBLISHED, ModelRun.Status.RETIRED)
    assert run.metrics["lead in ndcg@20 low"] > 0
    # Everybody's held-out tracks are of their own group, whose tracks a listener of it has heard with these.
    assert run.metrics["recall@20"] == 1.0


def test_one_that_is_not_is_rejected_and_keeps_its_metrics(tastes):
    good = trained()
    run = trained(POOR)
    assert run.status == ModelRun.Status.REJECTED
    assert run.problem.startswith(f"not better than run {good.pk} by more than chance: its NDCG@20 differs by -0.")
    assert run.metrics["lead in ndcg@20"] < 0
    assert artefacts.current("ease").run_id == good.pk
    assert not artefacts.folder(run).exists()


def test_the_same_again_is_rejected_without_being_fitted(tastes):
    good = trained()
    run = trained()
    assert run.problem == f"run {good.pk} has the same parameters, and has learned from the same plays"
    assert run.metrics == {}


def test_newer_plays_bring_the_champion_up_to_date(tastes):
    trained()
    listen(tastes.listeners[0], tastes.groups[0], first=8, plays=2, hour=20)
    run = trained()
    assert run.status == ModelRun.Status.PUBLISHED
    assert run.metrics["lead in ndcg@20"] == 0


def test_a_champion_is_judged_by_what_it_knows(tastes):
    """Tracks that came after its training are held out: it cannot foretell them, and who has seen them can."""
    first = trained()
    new = make_tracks(20, title="New")
    for number, listener in enumerate(tastes.listeners):
        listen(listener, new, first=number % 20, plays=9, hour=100)
    run = trained()
    assert first.data["history"]["until"] < run.data["judged_on"]["held_out_since"]
    assert run.status == ModelRun.Status.PUBLISHED
    assert run.metrics["lead in ndcg@20 low"] > 0


def test_few_listeners_prove_nothing(db):
    make_tastes(groups=1, listeners=6)
    trained(POOR)
    run = trained()
    assert run.status == ModelRun.Status.REJECTED
    assert run.problem.endswith("cannot be told by 6 listeners: 10 are needed")


def test_what_was_taken_back_is_forgotten_by_the_next_run_however_good_it_is(tastes):
    champion = trained()
    Erasure.objects.create(
        listener_id=tastes.listeners[0].pk, history_until=champion.finished_at, log_end=0, done_at=champion.finished_at
    )
    run = trained(POOR)
    assert run.status == ModelRun.Status.PUBLISHED


def test_what_serves_has_learned_from_the_held_out_plays_too(tastes):
    run = trained()
    model = EaseModel.current()
    assert model.run_id == run.pk
    assert set(model.track_ids) == {track.pk for group in tastes.groups for track in group}
    assert run.data["judged_on"]["listeners"] == 24
    assert run.data["fitted_on"].startswith("all of the history")
