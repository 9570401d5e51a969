"""Models that need features of tracks, as they stand beside those that learn from plays.

What such a model knows comes from the tracks' sound alone. So nothing of it is fitted anew for plays held out: it is
judged with the vectors that the model in use serves from.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from recommender.algorithms.autoencoder import Latent
from recommender.algorithms.content import Character, Content
from recommender.algorithms.likeness import BY_FEATURES, Likeness
from recommender.histories import Histories

MODELS: dict[str, type[Content]] = {str(model.name): model for model in (Content, Latent, Character)}
NOT_IN_USE = "no model of it is in use; `manage.py train --algorithm {name}` makes one of the tracks' features"


class NoModelInUse(Exception):
    """There is none whose vectors could be judged, or its files do not serve; the message says what helps."""


def in_use() -> list[str]:
    """Names of those that can be judged now."""
    return [name for name in BY_FEATURES if MODELS[name].current() is not None]


def fitted(name: str, histories: Histories, track_ids: np.ndarray) -> Likeness:
    """The scorer of these histories, whose items are the tracks `track_ids`; raises NoModelInUse."""
    return BY_FEATURES[name].fit(histories, vectors=vectors(name, track_ids))


def parts(track_ids: np.ndarray) -> dict[str, Callable[[Histories], Likeness]]:
    """Of those in use, what fits one on histories over these tracks: as a blend takes its parts."""
    return {name: partial(BY_FEATURES[name].fit, vectors=vectors(name, track_ids)) for name in in_use()}


def vectors(name: str, track_ids: np.ndarray) -> np.ndarray:
    """float32, shape (tracks, dimensions), NaN for a track without features; raises NoModelInUse."""
    model = MODELS[name].current()
    if model is None:
        raise NoModelInUse(f"{name}: {NOT_IN_USE.format(name=name)}")
    found = np.full((len(track_ids), model.transform.dimensions), np.nan, dtype=np.float32)
    places = {int(track_id): place for place, track_id in enumerate(track_ids)}
    for track_id, vector in model.vectors(places).items():
        found[places[track_id]] = vector
    return found
