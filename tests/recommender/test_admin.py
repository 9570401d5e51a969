"""The recommender's pages of the admin: all answer, in constant queries, and nothing is edited there."""

import struct
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommender.features.claims import Claims
from recommender.models import FeatureClaim, ModelRun, Recommendation, TrackFeatures
from streaming.models import Artist, Listener, Track

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MODELS = [ModelRun, Recommendation, TrackFeatures, FeatureClaim]


def fill() -> None:
    """One row of every model, with each of its relations."""
    track = Track.objects.create(title="Rain", artist=Artist.objects.create(name="Cloud"))
    run = ModelRun.objects.create(algorithm=ModelRun.Algorithm.ALS, metrics={"ndcg@10": 0.1})
    Recommendation.objects.create(
        listener=Listener.objects.create(user=User.objects.create_user(f"user{User.objects.count()}")),
        shelf=Recommendation.Shelf.FOR_YOU,
        title="For you",
        items=[{"track": track.pk, "score": 1.0, "reason": "popular", "run": run.pk}],
        created_at=NOW,
    )
    TrackFeatures.objects.create(track=track, family=TrackFeatures.Family.FMA, vector=struct.pack("<3f", 1, 2, 3))
    Claims().take([track.pk])


@pytest.fixture
def rows(db) -> None:
    for _ in range(3):
        fill()


def page(model, name: str, *args) -> str:
    return reverse(f"admin:recommender_{model._meta.model_name}_{name}", args=args)


def queries(client, url: str) -> int:
    client.get(url)  # the first request of a process reads the content type, which is then cached
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_is_registered():
    assert {model for model in admin.site._registry if model._meta.app_label == "recommender"} == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_pages_take_constant_queries(admin_client, rows, model):
    urls = [page(model, "changelist"), page(model, "change", model.objects.first().pk)]
    before = [queries(admin_client, url) for url in urls]
    for _ in range(9):
        fill()
    assert [queries(admin_client, url) for url in urls] == before


@pytest.mark.parametrize("model", MODELS)
def test_lists_can_be_searched(admin_client, rows, model):
    assert admin_client.get(page(model, "changelist"), {"q": "rain"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_edited(admin_client, rows, model):
    assert admin_client.get(page(model, "add")).status_code == 403
    assert admin_client.post(page(model, "change", model.objects.first().pk), {}).status_code == 403


def test_a_model_run_is_not_deleted(admin_client, rows):
    assert admin_client.post(page(ModelRun, "delete", ModelRun.objects.first().pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_a_stranger_is_sent_to_the_login(client, rows, model):
    for url in (page(model, "changelist"), page(model, "change", model.objects.first().pk)):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={url}")


@pytest.mark.parametrize("gone", [Track, Listener])
def test_what_was_offered_does_not_keep_a_track_or_listener_from_being_deleted(admin_client, rows, gone):
    obj = gone.objects.first()
    url = reverse(f"admin:streaming_{gone._meta.model_name}_delete", args=[obj.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert not gone.objects.filter(pk=obj.pk).exists()


def test_the_length_of_a_vector_is_shown(admin_client, rows):
    shown = admin_client.get(page(TrackFeatures, "changelist")).content.decode()
    assert '<td class="field-values">3</td>' in shown
