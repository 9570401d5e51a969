import numpy as np

from recommender.online.spread import LENGTH, PER_ARTIST, calibrated, spread


def test_of_an_artist_only_the_first_few_are_taken():
    assert spread([(0, 7), (1, 7), (2, 7), (3, 8)], 10) == [0, 1, 3]
    assert spread([(0, 7), (1, 8)], 1) == [0]


def test_genres_come_in_the_proportions_that_are_wanted():
    """60 tracks of each of two genres, of which one scores a very little better throughout."""
    scores = np.concatenate([np.full(60, 1.0), np.full(60, 0.99)])
    genres = np.repeat([1, 2], 60)
    chosen = calibrated(scores, np.arange(120), genres, {1: 0.5, 2: 0.5})
    assert len(chosen) == LENGTH
    assert (genres[chosen] == 2).sum() == LENGTH / 2
    assert (genres[calibrated(scores, np.arange(120), genres, {1: 0.75, 2: 0.25})] == 2).sum() == LENGTH / 4


def test_a_track_that_is_much_better_comes_first_whatever_its_genre():
    chosen = calibrated(np.array([0.2, 0.2, 1.0]), np.arange(3), np.array([1, 1, 9]), {1: 1.0})
    assert chosen[0] == 2


def test_without_wanted_genres_the_scores_decide():
    assert calibrated(np.array([0.1, 0.3, 0.2]), np.arange(3), np.array([1, 2, 3]), {}) == [1, 2, 0]


def test_what_has_no_score_is_not_chosen_and_artists_are_spread():
    scores = np.array([0.9, 0.8, 0.7, 0.0, -0.5])
    assert calibrated(scores, np.array([5, 5, 5, 6, 6]), np.ones(5, int), {1: 1.0}) == [0, 1]
    assert PER_ARTIST == 2
    assert calibrated(np.zeros(0), np.zeros(0, int), np.zeros(0, int), {}) == []
