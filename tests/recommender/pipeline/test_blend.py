"""Which models are weighed, and when their weights are looked at again."""

import pytest

from recommender import artefacts
from recommender.algorithms.blend_weights import blend_weights
from recommender.models import ModelRun
from recommender.pipeline import due, train
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
