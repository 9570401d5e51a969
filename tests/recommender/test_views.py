"""The forms of the home page, as a browser posts them with and without scripts."""

import pytest
from django.test import Client

from recommender import store
from recommender.algorithms.popularity import Popularity
from streaming import taste_settings
from streaming.models import Genre, Track
from tests.recommender.world import heard, make_tracks

pytestmark = pytest.mark.django_db


@pytest.fixture
def jazz() -> list[Track]:
    tracks = make_tracks(6, genre=Genre.objects.create(title="Jazz", track_count=6), title="Jazz")
    Popularity.train(heard())
    return tracks


@pytest.fixture
def listener_id(client, db):
    return client.get("/login/").wsgi_request.anonymous_listener_id


def test_the_slider_makes_new_shelves_at_once(client, listener_id, jazz):
    response = client.post("/taste/adventure/", {"adventure": "80"}, headers={"accept": "application/json"})
    assert response.status_code == 204
    assert taste_settings.of_listener(listener_id).adventure == 80
    assert store.standing(listener_id).shelves


def test_a_plain_form_leads_back_to_the_page(client, listener_id, jazz):
    response = client.post("/taste/choices/", {"genre": [jazz[0].genre_top_id]}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Because you chose Jazz" in response.content.decode()
    assert "What do you like?" not in response.content.decode()


def test_whoever_has_shelves_of_their_own_is_not_asked(client, listener_id, jazz):
    assert "What do you like?" in client.get("/").content.decode()
    client.post("/taste/adventure/", {"adventure": "80"})
    assert "What do you like?" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "address, form", [("/taste/adventure/", {"adventure": "<b>"}), ("/taste/choices/", {"genre": ["99"]})]
)
def test_what_cannot_be_taken_is_said_on_a_page(client, listener_id, jazz, address, form):
    response = client.post(address, form)
    assert response.status_code == 400
    assert "That could not be taken" in response.content.decode()
    assert "<b>" not in response.content.decode()
    assert store.standing(listener_id) is None


@pytest.mark.parametrize("address", ["/taste/adventure/", "/taste/choices/"])
def test_only_a_form_of_this_site_changes_anything(address, jazz):
    assert Client(enforce_csrf_checks=True).post(address, {"adventure": "80"}).status_code == 403
    assert Client().get(address).status_code == 405
