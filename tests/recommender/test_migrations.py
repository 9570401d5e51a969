from importlib import import_module

import numpy as np
import pytest
from django.apps import apps

from recommender.features.store import feature_store
from streaming.models import Track

pytestmark = pytest.mark.django_db


def test_what_can_be_analysed_anew_is(artist):
    """Of a track without audio, only FMA can have told the features."""
    here, elsewhere = (
        Track.objects.create(title=title, artist=artist, audio_state=state)
        for title, state in [("here", Track.AudioState.PRESENT), ("elsewhere", Track.AudioState.ABSENT)]
    )
    store = feature_store()
    for track in (here, elsewhere):
        store.put("fma", {track.pk: np.ones(518, dtype=np.float32)})
        store.put("echonest", {track.pk: np.ones(8, dtype=np.float32)})
    import_module("recommender.migrations.0005_analyse_anew").forget(apps, None)
    assert list(store.get("fma", [here.pk, elsewhere.pk])) == [elsewhere.pk]
    assert sorted(store.get("echonest", [here.pk, elsewhere.pk])) == [here.pk, elsewhere.pk]
    assert store.missing("fma", 10) == [here.pk]
