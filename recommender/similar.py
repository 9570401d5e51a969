"""Tracks that are like one: by nearest neighbours of its features, or in the latent space of the autoencoder."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommender.algorithms.autoencoder import autoencoder
from recommender.algorithms.content import Content, content
from recommender.online.catalogue import catalogue
from streaming.models import Track

# What a listener may choose between, and the model behind each.
METHODS: dict[str, Callable[[], Content | None]] = {"knn": content, "autoencoder": autoencoder}
DEFAULT = "knn"
MOST = 100
# Neighbours looked at for those of them that can be played: a catalogue may have the features of far more tracks.
LOOKED_AT = 10_000
# What is said of a track that has no features.
NOT_ANALYSED = _("This track has not been analysed yet: what is like it is not known.")


class UnknownMethod(ValueError):
    """The message names the methods that there are."""


class NotTrainedYet(Exception):
    """The method's model has not learned from any tracks so far."""


@dataclass(frozen=True)
class SimilarTrack:
    """`similarity` is the cosine of the two tracks' vectors, from -1 to 1."""

    track: Track
    similarity: float

    @property
    def percent(self) -> int:
        """For a person: 0 for what has nothing in common, or less than that."""
        return max(0, round(100 * self.similarity))


@dataclass(frozen=True)
class Similar:
    """The most similar first. `is_known` says whether the track itself has features, without which it is like none."""

    run_id: int
    tracks: list[SimilarTrack]
    is_known: bool


def similar(track_id: int, k: int, method: str = DEFAULT) -> Similar:
    """The k playable tracks (from 1 to MOST) that are most like one; fewer where there are no more.

    Raises UnknownMethod and NotTrainedYet.
    """
    model = _model(method)
    tracks = _nearest_playable(lambda count: model.similar(track_id, count), k)
    return Similar(model.run_id, tracks, bool(tracks) or bool(model.vectors([track_id])))


def similar_to(features: np.ndarray, k: int, method: str = DEFAULT) -> Similar:
    """As `similar`, for raw features of shape (518,), in the order of FMA's columns: of a track or any sound."""
    model = _model(method)
    (vector,) = model.transform(features[np.newaxis])
    return Similar(model.run_id, _nearest_playable(lambda count: model.neighbours(vector, count), k), True)


def _model(method: str) -> Content:
    if method not in METHODS:
        said = gettext("method {method} is unknown: it has to be one of {known}")
        raise UnknownMethod(said.format(method=repr(method), known=", ".join(METHODS)))
    model = METHODS[method]()
    if model is None:
        said = gettext("the model behind {method} has not learned from the catalogue yet: try again later")
        raise NotTrainedYet(said.format(method=method))
    return model


def _nearest_playable(nearest: Callable[[int], tuple[np.ndarray, np.ndarray]], k: int) -> list[SimilarTrack]:
    """Asks for more neighbours until enough of them can be played."""
    playable, looked_at = catalogue(), 2 * k
    while True:
        ids, similarities = nearest(looked_at)
        kept = np.flatnonzero(playable.are_playable(ids))[:k]
        if len(kept) == k or len(ids) < looked_at or looked_at >= LOOKED_AT:
            break
        looked_at = min(8 * looked_at, LOOKED_AT)
    found = Track.objects.for_list().playable().in_bulk(ids[kept].tolist())
    pairs = zip(ids[kept].tolist(), similarities[kept].tolist(), strict=True)
    return [SimilarTrack(found[id_], similarity) for id_, similarity in pairs if id_ in found]
