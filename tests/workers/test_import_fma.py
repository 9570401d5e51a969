"""The command brings in the features that come with FMA's tables too."""

import numpy as np
import pytest
from django.core.management import call_command

from recommender.features.store import feature_store
from streaming.models import Track
from tests.recommender.features import test_echonest_csv as echonest_csv
from tests.recommender.features import test_fma_csv as features_csv
from tests.streaming.imports.conftest import data_set  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


def test_features_and_echonest_are_imported_with_the_tracks(data_set, capsys):  # noqa: F811
    echonest = [0.4, 0.7, 0.6, 0.01, 0.2, 0.2, 165.9, 0.6]
    features_csv.write(data_set.metadata / "features.csv", [features_csv.row(2), features_csv.row(999)])
    echonest_csv.write(data_set.metadata / "echonest.csv", [[137, *echonest, "", "", ""]])
    call_command("import_fma", data_set.folder)
    food, side_a = Track.objects.get(fma_id=2), Track.objects.get(fma_id=137)
    np.testing.assert_array_equal(feature_store().get("fma", [food.pk])[food.pk], features_csv.values(2))
    np.testing.assert_allclose(feature_store().get("echonest", [side_a.pk])[side_a.pk], echonest, rtol=1e-6)
    assert (feature_store().count("fma"), feature_store().count("echonest")) == (1, 1)
    assert "tracks with features of features.csv: 1" in capsys.readouterr().out
