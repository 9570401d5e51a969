"""From a file in a folder to a recommendation by its sound, by what the service runs every few seconds."""

import logging

import numpy as np
import pytest
from django.core.management import call_command

from recommender.algorithms.content import Content, content
from recommender.features.store import feature_store
from recommender.models import ModelRun
from streaming.models import Track
from tests.recommender.features.sounds import noise, sine, write
from workers import learning, tasks

pytestmark = pytest.mark.django_db


def test_an_upload_can_be_recommended_without_a_new_index(tmp_path):
    """Low tones, noises; then a tone comes in: of all tracks a tone sounds most like it."""
    music = tmp_path / "music"
    music.mkdir()
    for number in range(4):
        write(music / f"tone {number}.wav", sine(220 + 20 * number, 2))
        write(music / f"noise {number}.wav", (0.5 + 0.1 * number) * noise(2))
    call_command("import_folder", music)
    tasks.hear_new_tracks()
    run = Content.train()

    write(music / "tone, uploaded.wav", sine(250, 2))
    call_command("import_folder", music)
    tasks.hear_new_tracks()

    upload = Track.objects.get(title="tone, uploaded")
    assert list(feature_store().get("fma", [upload.pk])) == [upload.pk]
    alike, _ = content().similar(upload.pk, 3)
    assert all(Track.objects.get(pk=pk).title.startswith("tone") for pk in alike)
    assert ModelRun.objects.get(algorithm="content", status="published") == run
    assert learning.hear_new_tracks() == 0


def test_a_store_that_is_away_is_one_line_in_the_log(settings, caplog):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    with caplog.at_level(logging.ERROR, "workers"):
        assert learning.hear_new_tracks() == 0
    [record] = caplog.records
    assert record.getMessage().startswith("extraction stopped after 0 tracks, which are kept, and goes on later: ")
    assert "127.0.0.1:1/fma" in record.getMessage()


def test_a_sweep_of_a_store_that_is_away_is_one_line_in_the_log(settings, caplog, track):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    with caplog.at_level(logging.ERROR, "workers"):
        tasks.sweep_features()
    [record] = caplog.records
    assert record.getMessage().startswith("features of deleted tracks stay until the next sweep: ")


def test_a_sweep_drops_the_features_of_what_went_while_the_store_was_away(settings, artist, mongo_url):
    """The store is named by the setting only afterwards, so that nothing told it of the deletion."""
    kept, gone = (Track.objects.create(title=title, artist=artist) for title in ("kept", "gone"))
    feature_store(mongo_url).put("fma", {track.pk: np.ones(518, dtype=np.float32) for track in (kept, gone)})
    gone.delete()
    settings.FEATURE_STORE_URL = mongo_url
    assert learning.sweep_features() == 1
    assert feature_store().count("fma") == 1
