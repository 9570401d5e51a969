import numpy as np
import pytest

from recommender.online.blend import HALF_KNOWN, POPULARITY, PREFERENCE, SOUND, blend
from recommender.online.candidates import Candidates


def candidates(preference: list[float], sound: list[float], popularity: list[float]) -> Candidates:
    n = len(preference)
    return Candidates(np.arange(n), *map(np.array, (preference, sound)), np.zeros(n), np.array(popularity), [])


def test_preference_counts_for_more_the_more_is_known():
    pair = candidates([1.0, 0.0], [0.0, 1.0], [0.0, 0.0])
    assert blend(pair, 0.0).scores == pytest.approx([0.0, SOUND / (SOUND + POPULARITY)])
    assert blend(pair, HALF_KNOWN).scores[0] == PREFERENCE / 2
    assert blend(pair, 1e9).scores == pytest.approx([PREFERENCE, SOUND])


def test_each_source_counts_relative_to_its_best():
    blended = blend(candidates([0.02, 0.01], [0.5, 0.25], [0.4, 0.2]), 1e9)
    assert blended.scores == pytest.approx([1.0, 0.5])
    assert blended.sources.tolist() == [0, 0]


def test_one_dislike_does_not_drown_the_rest():
    assert blend(candidates([0.01, -5.0], [0.0, 0.0], [0.0, 0.0]), 1e9).scores == pytest.approx([0.6, -0.6])


def test_nothing_known_of_anything_scores_nothing():
    assert blend(candidates([0.0], [0.0], [0.0]), 0.0).scores.tolist() == [0.0]
    assert blend(candidates([], [], []), 0.0).scores.tolist() == []
