import pytest

from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.popularity import DEPTH, NO_GENRE, PRIOR, UNHEARD, Popularity, popularity
from recommender.models import ModelRun
from streaming.models import Genre, Listener, Track
from tests.recommender.world import heard, make_tracks, play, skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def jazz():
    return Genre.objects.create(title="Jazz")


@pytest.fixture
def rock():
    return Genre.objects.create(title="Rock")


def ranked(genre_id: int, k: int = 10) -> list[int]:
    return popularity().of_genre(genre_id, k)[0].tolist()


def test_listeners_who_stayed_count_less_those_who_left(jazz):
    loved, fair, disliked = tracks = make_tracks(3, genre=jazz)
    for listener in Listener.objects.bulk_create(Listener() for _ in range(3)):
        play(listener, loved)
        skip(listener, disliked)
    play(listener, fair)
    Popularity.train(heard())
    track_ids, scores = popularity().of_genre(jazz.pk, 10)
    assert track_ids.tolist() == [track.pk for track in tracks]
    assert scores.tolist() == pytest.approx([UNHEARD + 3, UNHEARD + 1, UNHEARD - 3])


def test_one_listener_counts_once(jazz, listener):
    often, twice = make_tracks(2, genre=jazz)
    for minute in range(9):
        play(listener, often, minute=minute)
    for fan in (listener, Listener.objects.create()):
        play(fan, twice)
    Popularity.train(heard())
    assert ranked(jazz.pk) == [twice.pk, often.pk]


def test_without_plays_the_archives_listens_rank(jazz, rock):
    quiet, loud = make_tracks(2, genre=jazz)
    Track.objects.filter(pk=loud.pk).update(listens=1000)
    (alone,) = make_tracks(1, genre=rock)
    Popularity.train(heard())
    assert ranked(jazz.pk) == [loud.pk, quiet.pk]
    assert popularity().of_genre(jazz.pk, 1)[1].tolist() == pytest.approx([UNHEARD + PRIOR])
    assert ranked(jazz.pk, 1) == [loud.pk]
    assert popularity().genres == [jazz.pk, rock.pk]
    assert ranked(rock.pk) == [alone.pk]


def test_only_what_can_be_played_is_ranked(jazz):
    present, absent = make_tracks(2, genre=jazz)
    Track.objects.filter(pk=absent.pk).update(audio_state=Track.AudioState.ABSENT)
    Popularity.train(heard())
    assert ranked(jazz.pk) == [present.pk]


def test_tracks_without_a_genre_are_ranked_too():
    (track,) = make_tracks(1)
    Popularity.train(heard())
    assert ranked(NO_GENRE) == [track.pk]
    assert ranked(12345) == []


def test_each_genre_is_cut_at_its_depth(jazz, rock):
    make_tracks(DEPTH + 1, genre=jazz)
    make_tracks(2, genre=rock)
    run = Popularity.train(heard())
    assert (len(ranked(jazz.pk, DEPTH + 1)), len(ranked(rock.pk))) == (DEPTH, 2)
    assert run.metrics == {"genres": 2, "ranked": DEPTH + 2}


def test_without_audio_there_is_nothing_to_train_on(track):
    with pytest.raises(NothingToTrainOn, match="no track has audio"):
        Popularity.train(heard())
    assert not ModelRun.objects.exists()
