"""Which models are weighed, and when their weights are looked at again."""

import numpy as np
import pytest

from recommender import artefacts
from recommender.algorithms.blend_weights import blend_weights
from recommender.algorithms.scorer import Scorer
from recommender.histories import Histories
from recommender.models import ModelRun
from recommender.online.sources import in_use
from recommender.pipeline import due, train
from recommender.pipeline.blend import served
from streaming.models import Track
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake, publish_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> list[list[Track]]:
    """What two models learned from 60 listeners of three groups of tracks; the tracks are returned group by group."""
    groups = make_tastes(listeners=60).groups
    fill_lake()
    assert [run.algorithm for run in train(["ease", "sequence"]).runs] == ["ease", "sequence"]
    return groups


def test_sound_is_weighed_beside_what_is_learned_from_plays(pair):
    publish_content(pair)
    [run] = train(["blend"]).runs
    assert run.params == {name: artefacts.published_run(name).pk for name in ("ease", "sequence", "content")}
    weights = blend_weights().weights
    assert list(weights) == ["ease", "sequence", "content"]
    # Whoever played a group goes on with it, and its tracks sound alike.
    assert weights["content"] > 0
    assert sum(weights.values()) == pytest.approx(1, abs=1e-5)
    assert "blend" not in due()


def test_sound_that_tells_nothing_counts_nothing(pair):
    """Each track sounds like one of every other group."""
    publish_content([list(same_place) for same_place in zip(*pair, strict=True)])
    train(["blend"])
    assert blend_weights().weights["content"] == 0


def test_a_new_model_of_sound_has_the_weights_looked_at(pair):
    train(["blend"])
    assert "blend" not in due()
    publish_content(pair)
    assert "blend" in due()


def test_too_few_to_judge_by_is_said_once():
    make_tastes(listeners=12)
    fill_lake()
    train(["ease", "sequence"])
    assert "blend" in due()
    [run] = train(["blend"]).rejected
    assert run.problem == "20 listeners are needed to learn from and to be judged by, not 12"
    assert "blend" not in due()
    assert ModelRun.objects.filter(algorithm="blend", status="published").count() == 0


class Rows(Scorer):
    """Scores every listener as it was told."""

    def __init__(self, *rows: list[float]) -> None:
        self.rows = np.array(rows, dtype=np.float32)

    def scores(self, histories: Histories) -> np.ndarray:
        return self.rows.copy()

    fit = shares = save = load = None


def test_weights_serve_by_how_far_the_best_of_each_kind_stands_out():
    """On the shelves the best track of a kind is 1, however many standard deviations that was in the learning."""
    given = Histories.of([[0]], 5)
    parts = {"als": Rows([0, 5, 0, 0, 0]), "content": Rows([0, 2, 2, 0, 1])}
    # The mean is 1 for both; of als the deviation is 2, and its best 5; of content it is √0.8, and its best 2.
    height = 1 / np.sqrt(0.8)
    found = served(parts, {"als": 0.5, "content": 0.5}, given)
    assert found == pytest.approx({"als": 2 / (2 + height), "content": height / (2 + height)}, abs=1e-5)


def test_models_of_one_kind_keep_what_they_count_beside_each_other():
    parts = {"als": Rows([0, 5, 0, 0, 0]), "ease": Rows([0, 0, 1, 0, 0]), "content": Rows([0, 0, 0, 3, 0])}
    found = served(parts, {"als": 0.6, "ease": 0.2, "content": 0.2}, Histories.of([[0]], 5))
    assert found["als"] == pytest.approx(3 * found["ease"], abs=1e-5)
    assert sum(found.values()) == pytest.approx(1, abs=1e-5)


def test_the_shelves_are_given_the_weights_as_they_serve(pair):
    publish_content(pair)
    [run] = train(["blend"]).runs
    assert blend_weights().weights == run.data["serving"] == dict(in_use().learned)
    assert set(run.data["serving"]) == set(run.data["weights"])
