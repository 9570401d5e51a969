"""The admin's page of features: who may see it, what it says, and its buttons."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommender.etl_page import PAGE_SIZE
from recommender.features.quarantine import quarantine
from recommender.features.store import feature_store
from recommender.models import ModelRun
from streaming.models import Track
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db
PAGE = "/admin/recommender/trackfeatures/status/"
RETRY = "/admin/recommender/trackfeatures/retry/"
HTML = "<b>bold</b>"


@pytest.fixture
def tracks(db) -> list[Track]:
    """Three in quarantine, the last two for one kind of reason, and one that waits."""
    tracks = make_tracks(4, title=HTML)
    quarantine(feature_store(), "fma", tracks[0].pk, "silent: every sample is the same", broken=False)
    for track in tracks[1:3]:
        quarantine(feature_store(), "fma", track.pk, f"damaged: {HTML}", broken=True)
    return tracks


@pytest.fixture
def staff(client) -> User:
    """Signed in, a member of the staff, and allowed nothing yet."""
    user = User.objects.create_user("ada", is_staff=True)
    client.force_login(user)
    return user


def allow(user: User, *names: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))


def text(response) -> str:
    """What a person reads."""
    assert response.status_code == 200
    body = response.content.decode().partition('<div id="content-main">')[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def waiting() -> list[int]:
    return sorted(feature_store().missing("fma", 9))


def test_the_addresses():
    assert (reverse("admin:recommender_etl_status"), reverse("admin:recommender_etl_retry")) == (PAGE, RETRY)


@pytest.mark.parametrize("address", [PAGE, RETRY])
def test_a_stranger_is_sent_to_the_login(client, address):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")


def test_a_listener_is_sent_to_the_login(client):
    client.force_login(User.objects.create_user("bob"))
    assert client.get(PAGE).status_code == 302


def test_permissions(client, staff, tracks):
    assert client.get(PAGE).status_code == client.post(RETRY).status_code == 403
    allow(staff, "view_trackfeatures")
    shown = client.get(PAGE)
    assert "silent" in text(shown) and "ry again" not in text(shown)
    assert client.post(RETRY).status_code == 403
    assert waiting() == [tracks[3].pk]
    allow(staff, "change_trackfeatures")
    assert "Try all 3 again" in text(client.get(PAGE))
    assert client.post(RETRY).status_code == 302
    assert len(waiting()) == 4


def test_the_page_is_linked_from_the_index_for_who_may_see_it(client, staff):
    assert PAGE not in client.get("/admin/").content.decode()
    allow(staff, "view_trackfeatures")
    assert PAGE in client.get("/admin/").content.decode()
    assert PAGE in client.get("/admin/recommender/").content.decode()


def test_what_it_says(admin_client, tracks):
    ModelRun.objects.create(
        algorithm="content", status="published", finished_at=datetime.now(UTC), metrics={"recall@10": 0.9957}
    )
    ModelRun.objects.create(algorithm="content", status="failed", problem="OSError: the disk is full")
    shown = text(admin_client.get(PAGE))
    for said in (
        "in all 4 playable 2",
        "broken 2",
        "tracks with features 0 waiting 1",
        "quarantined 3",
        "damaged 2",
        "silent 1",
        "recall@10 0.9957",
        "The last training failed: OSError: the disk is full",
        "Not trained yet.",
    ):
        assert said in shown
    body = admin_client.get(PAGE).content.decode()
    assert reverse("admin:streaming_track_change", args=[tracks[0].pk]) in body
    assert HTML not in body


def test_one_track_is_tried_again(admin_client, tracks):
    response = admin_client.post(RETRY, {"track": tracks[1].pk}, follow=True)
    assert "1 track will be tried again" in response.content.decode()
    assert waiting() == [tracks[1].pk, tracks[3].pk]
    assert Track.objects.get(pk=tracks[1].pk).is_playable


def test_all_of_a_reason_are_tried_again(admin_client, tracks):
    response = admin_client.post(RETRY, {"kind": "damaged"}, follow=True)
    assert "2 tracks will be tried again" in response.content.decode()
    assert waiting() == [track.pk for track in tracks[1:]]


@pytest.mark.parametrize("form", [{"kind": "lyrics"}, {"track": "999999"}])
def test_what_is_not_in_quarantine(admin_client, tracks, form):
    assert "0 tracks will be tried again" in admin_client.post(RETRY, form, follow=True).content.decode()
    assert waiting() == [tracks[3].pk]


@pytest.mark.parametrize("number", ["", "one", "-1", "٣", "9" * 30])
def test_what_is_no_number(admin_client, tracks, number):
    response = admin_client.post(RETRY, {"track": number}, follow=True)
    assert response.status_code == 200
    assert "nothing was changed" in response.content.decode()
    assert waiting() == [tracks[3].pk]


def test_a_form_of_another_site_is_refused(tracks):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(RETRY).status_code == 403
    assert waiting() == [tracks[3].pk]


@pytest.mark.parametrize(("address", "method"), [(PAGE, "post"), (RETRY, "get")])
def test_other_methods(admin_client, address, method):
    assert getattr(admin_client, method)(address).status_code == 405


def test_the_quarantine_in_pages(admin_client, db):
    for track in make_tracks(PAGE_SIZE + 1):
        feature_store().put_problem("fma", track.pk, "silent")
    first, last = admin_client.get(PAGE).context["quarantined"], admin_client.get(PAGE, {"page": 2})
    assert [len(first.object_list), len(last.context["quarantined"].object_list)] == [PAGE_SIZE, 1]
    assert [row["title"] for row in last.context["quarantined"]] == ["Track 0"]
    assert admin_client.get(PAGE, {"page": "x"}).status_code == 200


def test_a_constant_number_of_queries(admin_client, tracks):
    def queries() -> int:
        admin_client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(PAGE)
        return len(captured)

    before = queries()
    for track in make_tracks(2 * PAGE_SIZE):
        feature_store().put_problem("fma", track.pk, "silent")
    assert queries() == before


def test_a_store_that_is_away(admin_client, tracks, settings):
    settings.FEATURE_STORE_URL = "mongodb://ada:secret@127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    shown = text(admin_client.get(PAGE))
    assert "The feature store is not to be had" in shown
    assert "secret" not in shown
    response = admin_client.post(RETRY, follow=True)
    assert "could not be taken out of quarantine" in response.content.decode()
