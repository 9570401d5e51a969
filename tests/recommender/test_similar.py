"""Tracks like one: through the API, and on the track's page."""

import re

import pytest

from recommender.algorithms.autoencoder import Latent
from recommender.similar import LOOKED_AT, MOST, similar
from streaming.models import Artist, Track
from tests.recommender.world import make_tracks, publish_content

pytestmark = pytest.mark.django_db
MEMBERS = 6


@pytest.fixture
def calm() -> list[Track]:
    return make_tracks(MEMBERS, title="Calm")


@pytest.fixture
def loud() -> list[Track]:
    return make_tracks(MEMBERS, title="Loud")


def ask(client, track: Track | int, status: int = 200, **query) -> dict:
    pk = track if isinstance(track, int) else track.pk
    response = client.get(f"/api/v1/tracks/{pk}/similar/", query)
    assert response.status_code == status
    return response.json()


def titles(page: str) -> list[str]:
    section = page[page.index('id="similar"') :]
    return re.findall(r'class="tile-title"[^>]*>([^<]+)<', section[: section.index("</section>")])


def test_the_most_similar_first_each_with_its_similarity(client, calm, loud):
    run = publish_content([calm, loud])
    answer = ask(client, calm[0], k=MEMBERS - 1)
    assert (answer["track"], answer["method"], answer["model_run"], answer["note"]) == (calm[0].pk, "knn", run.pk, "")
    found = answer["similar"]
    assert sorted(one["track"]["id"] for one in found) == [track.pk for track in calm[1:]]
    similarities = [one["similarity"] for one in found]
    assert similarities == sorted(similarities, reverse=True)
    assert 0.5 < similarities[-1] <= similarities[0] <= 1
    assert found[0]["track"]["artist"].startswith("Calm artist")
    assert found[0]["track"]["audio"]


def test_two_methods_answer_by_their_own_models(client, calm, loud):
    by_sound, latent = publish_content([calm, loud]), Latent.train()
    answers = [ask(client, loud[2], k=MEMBERS - 1, method=method) for method in ("knn", "autoencoder")]
    assert [answer["model_run"] for answer in answers] == [by_sound.pk, latent.pk]
    for answer in answers:
        assert sorted(one["track"]["id"] for one in answer["similar"]) == [t.pk for t in loud if t != loud[2]]
    pages = [client.get(f"/tracks/{loud[2].pk}/{query}").content.decode() for query in ("", "?similar=autoencoder")]
    for page, method in zip(pages, ("knn", "autoencoder"), strict=True):
        assert {title.split()[0] for title in titles(page)[: MEMBERS - 1]} == {"Loud"}
        assert f'id="similar-{method}" href="?similar={method}" aria-current="true"' in page
        assert page.count("aria-current") == 1


def test_only_what_can_be_played_is_offered_however_far_away_it_is(client, calm, loud):
    silent = make_tracks(40, title="Silent", audio_state=Track.AudioState.ABSENT)
    publish_content([[*calm, *silent], loud])
    found = ask(client, calm[0], k=MEMBERS)["similar"]
    assert sorted(one["track"]["id"] for one in found[:-1]) == [track.pk for track in calm[1:]]
    assert found[-1]["track"]["id"] in {track.pk for track in loud}
    # A track without audio may be asked for: what is like it can be played.
    assert {one["track"]["id"] for one in ask(client, silent[0], k=MEMBERS)["similar"]} == {t.pk for t in calm}


def test_a_track_that_went_since_the_training_is_left_out(client, calm, loud):
    publish_content([calm, loud])
    calm[1].delete()
    assert calm[1].pk not in {one["track"]["id"] for one in ask(client, calm[0], k=MOST)["similar"]}


def test_fewer_than_asked_for_where_there_are_no_more(client, calm, loud):
    publish_content([calm, loud])
    assert MOST < LOOKED_AT
    assert len(ask(client, calm[0], k=MOST)["similar"]) == 2 * MEMBERS - 1


def test_a_track_that_was_not_analysed_is_like_none_and_says_so(client, calm, loud):
    publish_content([calm, loud])
    (unheard,) = make_tracks(1, title="Unheard")
    answer = ask(client, unheard)
    assert answer["similar"] == []
    assert "has not been analysed yet" in answer["note"]
    assert "has not been analysed yet" in client.get(f"/tracks/{unheard.pk}/").content.decode()


def test_before_the_first_training(client, calm):
    for method in ("knn", "autoencoder"):
        assert "has not learned from the catalogue yet" in ask(client, calm[0], 503, method=method)["detail"]
    page = client.get(f"/tracks/{calm[0].pk}/")
    assert page.status_code == 200
    assert "The music is still being listened to" in page.content.decode()


def test_an_unknown_track(client):
    ask(client, 12345, 404)


def test_an_unknown_method_names_those_that_there_are(client, calm):
    message = "method 'svm' is unknown: it has to be one of knn, autoencoder"
    assert ask(client, calm[0], 400, method="svm") == {"error": message}
    page = client.get(f"/tracks/{calm[0].pk}/?similar=svm").content.decode()
    assert "is unknown: it has to be one of knn, autoencoder" in page


@pytest.mark.parametrize("k", ["0", "101", "-1", "3.5", "ten", "", "²"])
def test_a_length_that_cannot_be(client, calm, k):
    assert ask(client, calm[0], 400, k=k) == {"error": f"k has to be a whole number from 1 to 100, not {k!r}"}


def test_the_number_of_queries_does_not_grow_with_the_length(calm, loud, django_assert_num_queries):
    publish_content([calm, loud])
    similar(calm[0].pk, 1)
    for k in (1, 2 * MEMBERS - 1):
        with django_assert_num_queries(2):  # the run in use, and the tracks
            assert len(similar(calm[0].pk, k).tracks) == k


def test_a_name_that_is_markup_is_shown_as_text(client, calm, loud):
    Artist.objects.filter(pk=calm[1].artist_id).update(name="<b>bold</b>")
    publish_content([calm, loud])
    assert "<b>bold</b>" not in client.get(f"/tracks/{calm[0].pk}/").content.decode()
