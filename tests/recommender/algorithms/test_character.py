import json
from pathlib import Path

import numpy as np
import pytest

from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import CHARACTERISTICS, Character, character, content
from recommender.features.columns import ECHONEST_COLUMNS
from recommender.features.store import feature_store
from recommender.models import ModelRun
from streaming.models import Artist, Track
from tests.recommender.world import make_tracks, publish_character, publish_content

pytestmark = pytest.mark.django_db
NAMES = [name for *_, name in ECHONEST_COLUMNS]


@pytest.fixture
def calm() -> list[Track]:
    return make_tracks(4, title="Calm")


@pytest.fixture
def loud() -> list[Track]:
    return make_tracks(4, title="Loud")


def test_likeness_by_the_eight_features(calm, loud):
    run = publish_character([calm, loud])
    assert run.algorithm == "character"
    ids, similarities = character().similar(loud[0].pk, 3)
    assert sorted(ids.tolist()) == [track.pk for track in loud[1:]]
    np.testing.assert_allclose(similarities, 1, atol=1e-6)


def test_it_is_a_model_of_its_own_beside_sound(calm, loud):
    first, second = [calm[0], loud[0]], [*calm[1:], *loud[1:]]
    by_sound, by_character = publish_content([calm, loud]), publish_character([first, second])
    assert (content().run_id, character().run_id) == (by_sound.pk, by_character.pk)
    assert character().similar(calm[0].pk, 1)[0].tolist() == [loud[0].pk]
    assert sorted(content().similar(calm[0].pk, 3)[0].tolist()) == [track.pk for track in calm[1:]]
    assert ModelRun.objects.filter(status=ModelRun.Status.PUBLISHED).count() == 2


def test_features_of_sound_say_nothing_of_character(calm, loud):
    publish_content([calm, loud])
    assert character() is None
    assert not Character.is_due()
    with pytest.raises(NothingToTrainOn, match="echonest needs the features of two tracks or more, not 0"):
        Character.train()


def test_what_two_tracks_have_in_common(calm, loud):
    publish_character([calm, loud])
    assert character().in_common(calm[0].pk, calm[1].pk) == ["energy", "mood"]
    # They differ in all that tells tracks apart.
    assert character().in_common(calm[0].pk, loud[0].pk) == []
    assert character().in_common(calm[0].pk, 0) == []


def test_every_feature_has_a_word():
    assert list(CHARACTERISTICS) == NAMES


def real_features(shared_data: Path) -> np.ndarray:
    table = json.loads((shared_data / "fma" / "echonest-metrics.json").read_text())
    return np.array([list(table[name].values()) for name in NAMES], dtype=np.float32).T


def test_recall_on_what_echo_nest_heard(shared_data, artist: Artist):
    """3,000 of FMA's tracks: all eight columns are kept, and the setting chosen finds enough."""
    values = real_features(shared_data)[:3_000]
    Track.objects.bulk_create(Track(title=f"{n}", artist=artist) for n in range(len(values)))
    ids = Track.objects.order_by("pk").values_list("pk", flat=True)
    feature_store().put("echonest", dict(zip(ids, values, strict=True)))
    metrics = Character.train().metrics
    assert (metrics["dimensions"], metrics["explained_variance"]) == (8, 1)
    assert metrics["recall@10"] >= 0.995
