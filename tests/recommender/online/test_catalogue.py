import numpy as np
import pytest

from recommender.online import catalogue
from streaming.models import Track
from tests.recommender.world import make_tracks

pytestmark = pytest.mark.django_db


def test_rows_are_found_by_id_and_missing_ones_told():
    first, gone, last = make_tracks(3)
    wanted = np.array([last.pk, gone.pk, first.pk, 0, last.pk + 1])
    gone.delete()
    Track.objects.filter(pk=last.pk).update(audio_state=Track.AudioState.BROKEN)
    read = catalogue.catalogue()
    assert read.places(wanted).tolist() == [1, -1, 0, -1, -1]
    assert read.are_playable(wanted).tolist() == [False, False, True, False, False]
    assert read.playable_count == 1


def test_an_empty_catalogue_has_no_rows():
    read = catalogue.catalogue()
    assert read.are_playable(np.array([1, 2])).tolist() == [False, False]


def test_it_is_read_once_and_anew_when_tracks_came():
    make_tracks(1)
    read = catalogue.catalogue()
    assert catalogue.catalogue() is read
    assert catalogue.catalogue(trusted=0.0) is read
    make_tracks(1)
    assert catalogue.catalogue() is read
    assert len(catalogue.catalogue(trusted=0.0).track_ids) == 2
