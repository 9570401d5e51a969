import subprocess
import sys

import numpy as np
import pytest

from musicapp.environment import PROJECT
from recommender import artefacts
from recommender.algorithms.autoencoder import Latent, autoencoder
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.content import Content, content
from recommender.features.store import feature_store
from recommender.models import ModelRun
from tests.recommender.world import hear, make_tracks

pytestmark = pytest.mark.django_db
CLUSTERS, MEMBERS = 4, 8


@pytest.fixture
def clusters():
    groups = [make_tracks(MEMBERS, title=f"Cluster {n}") for n in range(CLUSTERS)]
    hear(groups)
    return groups


def test_it_finds_the_cluster_beside_a_model_of_the_same_features(clusters):
    run = Latent.train()
    by_sound = Content.train()
    assert (autoencoder().run_id, content().run_id) == (run.pk, by_sound.pk)
    for members in clusters:
        ids, similarities = autoencoder().similar(members[0].pk, MEMBERS - 1)
        assert sorted(ids.tolist()) == [track.pk for track in members[1:]]
        assert (np.diff(similarities) <= 0).all()
    assert run.data["tracks"] == CLUSTERS * MEMBERS
    assert run.metrics["dimensions"] == 32
    assert run.metrics["recall@10"] == 1
    assert run.metrics["explained_variance"] <= 1

    # A newer track is encoded when it is asked for; and no new training is due for so few.
    (newer,) = make_tracks(1, title="Newer")
    (features,) = feature_store().get("fma", [clusters[2][0].pk]).values()
    feature_store().put("fma", {newer.pk: features})
    assert autoencoder().similar(newer.pk, 1)[0].tolist() == [clusters[2][0].pk]
    autoencoder().newer.look(at_once=True)
    assert newer.pk in autoencoder().similar(clusters[2][0].pk, 1)[0]


def test_due_by_the_same_rule_as_sound(clusters):
    assert Latent.is_due()
    Latent.train()
    assert not Latent.is_due()
    hear([*clusters, make_tracks(2, title="New")])
    assert Latent.is_due()


def test_too_little_to_train_on(db):
    assert autoencoder() is None
    with pytest.raises(NothingToTrainOn, match="two tracks or more, not 0"):
        Latent.train()
    assert not ModelRun.objects.exists()


def test_files_that_are_not_whole_are_out_of_use_and_due(clusters, caplog):
    run = Latent.train()
    (artefacts.folder(run) / "autoencoder.npz").unlink()
    assert autoencoder() is None
    assert "autoencoder is out of use" in caplog.text and "no autoencoder is here" in caplog.text
    assert Latent.is_due()


def test_nobody_who_asks_loads_jax(clusters):
    folder = artefacts.folder(Latent.train())
    code = """
import sys, pathlib, numpy
from recommender.features.latent import LatentSpace
space = LatentSpace.load(pathlib.Path(sys.argv[1]), "fma")
assert space(numpy.zeros((2, 518))).shape == (2, 32)
assert "jax" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, folder], cwd=PROJECT, check=True)
