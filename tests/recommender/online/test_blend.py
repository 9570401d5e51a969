import numpy as np
import pytest

from recommender.online.blend import blend
from recommender.online.reasons import Reason
from recommender.online.sources import Kind, Source
from recommender.online.weights import BEGUN_WITH, HALF_KNOWN, begun_with, weights

PREFERENCE, SOUND, POPULARITY = (BEGUN_WITH[kind] for kind in (Kind.LISTENERS, Kind.SOUND, Kind.POPULARITY))
CHARACTER = BEGUN_WITH[Kind.CHARACTER]


class Said(Source):
    """Says what it was given."""

    def __init__(self, kind: Kind, scores: list[float], *, name: str = "", known_by: float = 1e12) -> None:
        self.kind, self.algorithm, self.said, self.known_by = kind, name, np.array(scores), known_by

    @property
    def evidence(self) -> float:
        return self.known_by

    def candidates(self) -> np.ndarray:
        return np.arange(len(self.said))

    def scores(self, track_ids: np.ndarray) -> np.ndarray:
        return self.said[track_ids]

    def reasons(self, track_ids: list[int]) -> list[Reason]:
        raise NotImplementedError


def scores(*sources: Said, learned: dict[str, float] | None = None) -> list[float]:
    found = blend(np.arange(len(sources[0].said)), sources, weights(sources, learned or {}), begun_with(sources))
    return found.scores


@pytest.mark.parametrize("known_by, preference", [(0.0, 0.0), (HALF_KNOWN, PREFERENCE / 2), (1e12, PREFERENCE)])
def test_preference_counts_for_more_the_more_is_known(known_by, preference):
    both = Said(Kind.LISTENERS, [1.0, 0.0], known_by=known_by), Said(Kind.SOUND, [0.0, 1.0])
    # What preference lacks is shared by sound and popularity as they stand to each other.
    sound = SOUND + (PREFERENCE - preference) * SOUND / (SOUND + POPULARITY)
    assert scores(*both, Said(Kind.POPULARITY, [0.0, 0.0])) == pytest.approx([preference, sound])


def test_each_source_counts_relative_to_its_best():
    sources = Said(Kind.LISTENERS, [0.02, 0.01]), Said(Kind.SOUND, [0.5, 0.25]), Said(Kind.POPULARITY, [0.4, 0.2])
    assert scores(*sources) == pytest.approx([1.0, 0.5])


def test_one_dislike_does_not_drown_the_rest():
    assert scores(Said(Kind.LISTENERS, [0.01, -5.0])) == pytest.approx([PREFERENCE, -1.0 * PREFERENCE])


def test_character_comes_on_top():
    sources = Said(Kind.SOUND, [1.0, 1.0]), Said(Kind.CHARACTER, [0.9, 0.0])
    assert scores(*sources) == pytest.approx([SOUND + CHARACTER, SOUND])


def test_nothing_known_of_anything_scores_nothing():
    assert scores(Said(Kind.SOUND, [0.0])).tolist() == [0.0]
    assert scores(Said(Kind.SOUND, [])).tolist() == []
    assert blend(np.arange(3), [], [], []).scores.tolist() == [0.0] * 3


def test_models_of_listeners_share_alike_until_weights_are_learned():
    sources = Said(Kind.LISTENERS, [1.0, 0.0], name="als"), Said(Kind.LISTENERS, [0.0, 1.0], name="ease")
    equal = scores(*sources)
    assert equal[0] == equal[1]
    # In proportion 3 to 1, and the better of them at the weight of its kind.
    assert scores(*sources, learned={"als": 0.9, "ease": 0.3}) == pytest.approx([PREFERENCE, PREFERENCE / 3])


def test_two_models_that_agree_are_not_worth_two():
    one = Said(Kind.LISTENERS, [2.0, 1.0], name="als"), Said(Kind.SOUND, [0.0, 1.0])
    two = *one, Said(Kind.LISTENERS, [2.0, 1.0], name="ease")
    assert scores(*two) == pytest.approx(scores(*one))


@pytest.mark.parametrize("learned", [{"als": 0.0}, {"autoencoder": 1.0}, {"content": 0.9, "popularity": 0.1}])
def test_weights_that_tell_nothing_of_what_is_in_use_change_nothing(learned):
    sources = Said(Kind.LISTENERS, [1.0, 0.5], name="als"), Said(Kind.SOUND, [0.3, 1.0], name="content")
    assert scores(*sources, learned=learned) == pytest.approx(scores(*sources))


def test_sound_counts_as_was_learned():
    sources = (
        Said(Kind.LISTENERS, [1.0, 0.1, 0.0], name="als"),
        Said(Kind.SOUND, [0.0, 0.5, 1.0], name="content"),
        Said(Kind.POPULARITY, [0.0, 1.0, 0.0], name="popularity"),
    )
    # What was learned is of two models, and so divides what these begin with.
    als, content = (weight * (PREFERENCE + SOUND) for weight in (0.2, 0.8))
    found = scores(*sources, learned={"als": 0.2, "content": 0.8})
    assert found == pytest.approx([als, 0.1 * als + 0.5 * content + POPULARITY, content])


def test_a_model_that_was_not_weighed_counts_as_it_begins():
    sources = (
        Said(Kind.LISTENERS, [1.0, 0.0], name="als"),
        Said(Kind.SOUND, [0.0, 0.0], name="content"),
        Said(Kind.CHARACTER, [0.0, 1.0], name="character"),
    )
    assert scores(*sources, learned={"als": 0.5, "content": 0.5}) == pytest.approx(
        [(PREFERENCE + SOUND) / 2, CHARACTER]
    )


def test_sound_that_counts_nothing_still_offers_what_nobody_has_played():
    """Held-out plays teach that of tracks that were played; the last one's place is in no model of listeners."""
    sources = Said(Kind.LISTENERS, [1.0, 0.5, 0.0], name="als"), Said(Kind.SOUND, [0.0, 1.0, 0.5], name="content")
    found = scores(*sources, learned={"als": 1.0, "content": 0.0})
    # Half as much as the best of sound, wherever that is.
    assert found == pytest.approx([PREFERENCE + SOUND, (PREFERENCE + SOUND) / 2, SOUND / 2])


def test_sound_that_counts_nothing_still_speaks_to_who_has_done_little():
    sources = (
        Said(Kind.LISTENERS, [1.0, 0.1], name="als", known_by=0.0),
        Said(Kind.SOUND, [0.0, 1.0], name="content"),
        Said(Kind.POPULARITY, [0.0, 0.0]),
    )
    sound = (PREFERENCE + SOUND) * SOUND / (SOUND + POPULARITY)
    assert scores(*sources, learned={"als": 1.0, "content": 0.0}) == pytest.approx([0.0, sound])
