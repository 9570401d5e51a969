"""The command tells what the status knows, to people and to programs."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommender.features.store import feature_store
from recommender.models import ModelRun
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks():
    """One has features, one is in quarantine, one waits; a model is in use, and a later training failed."""
    tracks = make_tracks(3)
    feature_store().put("fma", {tracks[0].pk: np.ones(518)})
    feature_store().put_problem("fma", tracks[1].pk, "silent: every sample is the same")
    ModelRun.objects.create(
        algorithm="content", status="published", finished_at=datetime.now(UTC), metrics={"recall@10": 0.9957}
    )
    ModelRun.objects.create(algorithm="content", status="failed", problem="OSError: the disk is full")
    return tracks


def test_in_words(tracks, capsys):
    call_command("etl_status")
    lines = capsys.readouterr().out.splitlines()
    for line in (
        "tracks: 3",
        "  playable: 3, without audio: 0, broken: 0",
        "feature store: embedded:",
        "  waiting: 1, being analysed now: 0",
        "  quarantined: 1",
        "    1: silent",
        "  recall@10: 0.9957",
        "  the last training failed: OSError: the disk is full",
        "  not trained yet",
    ):
        assert line in lines


def test_as_json(tracks, capsys):
    call_command("etl_status", "--json")
    told = json.loads(capsys.readouterr().out)
    fma = told["families"][0]
    assert (fma["with_features"], fma["waiting"], fma["quarantined"], fma["reasons"]) == (1, 1, 1, {"silent": 1})
    assert told["models"][0]["figures"] == {"recall@10": 0.9957}


def test_a_store_that_is_away_is_told_with_the_rest(tracks, capsys, settings):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    with pytest.raises(CommandError, match=r"the feature store is not to be had: .*127\.0\.0\.1:1/fma"):
        call_command("etl_status")
    assert "tracks: 3" in capsys.readouterr().out
