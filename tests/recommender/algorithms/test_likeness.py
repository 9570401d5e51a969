"""Tracks lie at angles on a circle, so that every cosine can be told beforehand."""

import numpy as np
import pytest

from recommender.algorithms.content import Content, content
from recommender.algorithms.likeness import DECAY, SEEDS, TURNED_AWAY, LatentLikeness, SoundLikeness
from recommender.evaluation import features
from recommender.evaluation.ranking import NOTHING, rank
from recommender.histories import MOST, Histories
from recommender.interactions import FINISHED, LIKED, of_listener
from recommender.online import catalogue
from recommender.online import taste as tastes
from recommender.online.sources import likeness as served
from tests.recommender.world import like, make_tracks, play, prepared, publish_content, skip

NO_FEATURES = None


def at(*degrees: float | None) -> np.ndarray:
    """A vector of length 1 in each direction, NaN for none."""
    angles = np.radians([np.nan if one is NO_FEATURES else one for one in degrees])
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def one_listener(*said: tuple[int, float], n_items: int) -> Histories:
    items, weights = zip(*said, strict=True) if said else ((), ())
    offsets = np.array([0, len(said)])
    return Histories(np.array(items, dtype=np.int64), offsets, np.array(weights, dtype=np.float32), n_items)


def ranked(vectors: np.ndarray, *said: tuple[int, float], **params: float) -> list[int]:
    histories = one_listener(*said, n_items=len(vectors))
    [items] = rank(SoundLikeness.fit(histories, vectors=vectors, **params), histories, len(vectors)).tolist()
    return [item for item in items if item != NOTHING]


def test_the_nearer_to_the_track_enjoyed_the_better():
    assert ranked(at(0, 80, 20, 50), (0, FINISHED)) == [2, 3, 1]


def test_what_was_enjoyed_earlier_counts_less():
    """Heard at 90° and then at 0°. Of 20°, 50° and 80°, the cosines to the later are .94, .64 and .17, to the earlier
    .34, .77 and .98; times .85 these are .29, .65 and .84."""
    heard = (0, FINISHED), (1, FINISHED)
    assert ranked(at(90, 0, 20, 50, 80), *heard, decay=0.85) == [2, 4, 3]
    assert ranked(at(90, 0, 20, 50, 80), *heard, decay=1.0) == [4, 2, 3]
    assert ranked(at(90, 0, 20, 50, 80), *heard, seeds=1) == [2, 3, 4]


def test_what_is_like_a_track_turned_away_sinks():
    """Enjoyed at 0°, turned away at 20°: for −30° .87 − .64, for 10° .98 − .98, for 60° .50 − .77."""
    vectors = at(0, 20, 60, 10, -30)
    assert ranked(vectors, (0, FINISHED), (1, -0.5)) == [4, 3, 2]
    assert ranked(vectors, (0, FINISHED), (1, -0.5), turned_away=0) == [3, 4, 2]


def test_a_track_skipped_once_and_enjoyed_since_is_not_turned_away():
    vectors = at(0, 20, 60, 10, -30)
    assert ranked(vectors, (1, -0.5), (0, FINISHED), (1, FINISHED)) == ranked(vectors, (0, FINISHED), (1, FINISHED))


def test_without_features_a_track_comes_last_and_says_nothing():
    # Even after the opposite of what was enjoyed, and after what is like the one turned away.
    vectors = at(NO_FEATURES, 0, 180, 20, 40, NO_FEATURES)
    assert ranked(vectors, (1, FINISHED), (4, -MOST))[-2:] == [0, 5]
    assert ranked(vectors, (1, FINISHED), (5, LIKED)) == [3, 4, 2, 0]
    only_that = one_listener((5, FINISHED), n_items=6)
    model = SoundLikeness.fit(only_that, vectors=vectors)
    assert not model.scores(only_that).any()
    assert model.known.tolist() == [False, True, True, True, True, False]


def test_a_track_left_in_the_middle_is_no_seed():
    assert ranked(at(0, 90, 20, 80), (0, FINISHED), (1, 0.5)) == [2, 3]


def test_what_a_score_comes_from():
    vectors = at(90, 0, 20, 80, 40)
    histories = one_listener((0, FINISHED), (1, FINISHED), (4, -0.5), n_items=5)
    shares = SoundLikeness.fit(histories, vectors=vectors).shares(histories, 3).toarray()
    # 80° is nearest to the earlier one, 10° off, and 40° off what was turned away.
    expected = [DECAY * np.cos(np.radians(10)), 0, 0, 0, -np.cos(np.radians(40))]
    np.testing.assert_allclose(shares, [expected], atol=1e-6)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "autoencoder needs the features of tracks"),
        ({"vectors": at(0, 1)}, "a vector an item: 3, not 2"),
        ({"vectors": at(0, 1, 2), "decay": 0.0}, "not 4, 3 and 0.0"),
    ],
)
def test_what_it_cannot_be_made_of(params, said):
    with pytest.raises(ValueError, match=said):
        LatentLikeness.fit(one_listener((0, FINISHED), n_items=3), **params)


def test_vectors_that_are_not_finite_are_refused():
    vectors = at(0, 1, 2)
    vectors[1, 0] = np.inf
    with pytest.raises(FloatingPointError, match="content has vectors that are not finite"):
        SoundLikeness.fit(one_listener((0, FINISHED), n_items=3), vectors=vectors)


@pytest.mark.django_db
def test_it_ranks_as_the_service_does(listener):
    groups = [make_tracks(5, title=f"Group {number}") for number in range(3)]
    publish_content(groups)
    tracks = [track for group in groups for track in group]
    play(listener, groups[0][0])
    skip(listener, groups[2][1], minute=1)
    play(listener, groups[1][0], minute=2)
    like(listener, groups[0][1], minute=3)
    play(listener, groups[0][2], "skipped", share=0.6, minute=4)
    for track in tracks:  # by somebody else, so that all of them take part
        play(type(listener).objects.create(), track)
    plays = prepared()
    [scores] = features.fitted("content", plays.histories, plays.track_ids).scores(
        plays.histories.part(*(plays.listener_ids.index(listener.pk) + step for step in (0, 1)))
    )
    known = catalogue.catalogue()
    source = served.Likeness(content(), tastes.taste(of_listener(listener.pk, 500), known), known)
    # But for those heard, which the service leaves out as neighbours of themselves, and an evaluation of the ranking.
    heard = [groups[0][0], groups[0][1], groups[0][2], groups[1][0], groups[2][1]]
    unheard = ~np.isin(plays.track_ids, [track.pk for track in heard])
    differences = (scores - source.scores(plays.track_ids))[unheard]
    np.testing.assert_allclose(differences, differences[0], atol=1e-5)
    assert (SEEDS, TURNED_AWAY, DECAY) == (tastes.SEEDS, tastes.TURNED_AWAY, served.SEED_DECAY)


@pytest.mark.django_db
def test_tracks_without_features_have_no_vector():
    heard, unheard = make_tracks(3), make_tracks(1, title="Not analysed")
    publish_content([heard[:2], heard[2:]])
    found = features.vectors("content", np.array([track.pk for track in heard + unheard]))
    assert np.isnan(found).any(axis=1).tolist() == [False, False, False, True]
    np.testing.assert_allclose(found[0], Content.current().vectors([heard[0].pk])[heard[0].pk])
    with pytest.raises(features.NoModelInUse, match="character: no model of it is in use; `manage.py train"):
        features.vectors("character", np.array([1]))
    assert features.in_use() == ["content"]
