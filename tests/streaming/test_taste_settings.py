import uuid

import pytest

from streaming import listeners, taste_settings
from streaming.models import Genre, Listener, TasteSettings
from streaming.models.taste_settings import BETWEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def jazz() -> Genre:
    return Genre.objects.create(title="Jazz")


def test_who_said_nothing_has_no_row(listener):
    assert taste_settings.of_listener(listener.pk).adventure == BETWEEN
    assert not TasteSettings.objects.exists()


def test_what_is_said_is_kept_in_its_order_and_for_whoever_has_no_row_yet(jazz, artist):
    stranger = uuid.uuid4()
    taste_settings.set_adventure(listener_id=stranger, adventure="100")
    taste_settings.choose(listener_id=stranger, genres=[str(jazz.pk)], artists=[str(artist.pk)])
    said = taste_settings.of_listener(stranger)
    assert (said.adventure, said.genres, said.artists, said.was_asked) == (100, [jazz.pk], [artist.pk], True)
    assert Listener.objects.filter(pk=stranger).exists()


def test_choosing_nothing_is_an_answer(listener):
    taste_settings.choose(listener_id=listener.pk, genres=[], artists=[])
    assert taste_settings.of_listener(listener.pk).was_asked


@pytest.mark.parametrize("adventure", ["", "-1", "101", "50.5", "x", "٥", "9" * 400, "None"])
def test_what_is_no_place_of_the_slider_is_refused(listener, adventure):
    taste_settings.set_adventure(listener_id=listener.pk, adventure="10")
    with pytest.raises(taste_settings.TasteError, match=r"from 0 \(familiar\) to 100 \(adventurous\)"):
        taste_settings.set_adventure(listener_id=listener.pk, adventure=adventure)
    assert taste_settings.of_listener(listener.pk).adventure == 10


def test_what_is_not_in_the_catalogue_cannot_be_chosen(listener, jazz):
    for genres, artists, message in (
        ([str(jazz.pk), "99"], [], "there is no genre 99"),
        ([], ["99"], "there is no artist 99"),
        (["jazz"], [], "'jazz' is no number of a genre or an artist"),
        (["1", "2"], ["3", "4"], "4 were chosen, and 3 at most"),
    ):
        with pytest.raises(taste_settings.TasteError, match=message):
            taste_settings.choose(listener_id=listener.pk, genres=genres, artists=artists)
    assert not TasteSettings.objects.exists()


@pytest.mark.parametrize("own, kept", [(BETWEEN, 90), (20, 20)])
def test_signing_in_keeps_what_was_said_where_the_user_had_said_nothing(listener, jazz, own, kept):
    user = Listener.objects.create()
    if own != BETWEEN:
        taste_settings.set_adventure(listener_id=user.pk, adventure=own)
    taste_settings.set_adventure(listener_id=listener.pk, adventure=90)
    taste_settings.choose(listener_id=listener.pk, genres=[str(jazz.pk)], artists=[])
    listeners.merge(listener.pk, into=user)
    said = taste_settings.of_listener(user.pk)
    assert (said.adventure, said.genres) == (kept, [jazz.pk])
    assert TasteSettings.objects.count() == 1


def test_settings_go_with_their_listener(listener):
    taste_settings.set_adventure(listener_id=listener.pk, adventure=90)
    listener.delete()
    assert not TasteSettings.objects.exists()
