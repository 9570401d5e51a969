"""What other listeners play: a model that scores all of its tracks at once, from what they have in common."""

import logging
from abc import abstractmethod
from functools import cached_property

import numpy as np

from recommender.algorithms.als import Als
from recommender.algorithms.collaborative import NO_TRACK, Collaborative
from recommender.online.catalogue import Catalogue
from recommender.online.reasons import Reason, Wording
from recommender.online.sources.base import NOTHING, Kind, Ranked, Source
from recommender.online.taste import Taste

logger = logging.getLogger(__name__)

# Candidates, besides as many as the listener has played (but MOST_PLAYED): the shelf of what is new to them needs some
# that they have not.
BEST = 300
MOST_PLAYED = 2_000
# Tracks that go with one.
ALIKE = 60

# Runs whose scores were not finite, so that each is logged once.
_unusable: set[int] = set()


class Listeners(Source):
    """`model` has `run_id`, `track_ids` (int64, ascending) and `places`."""

    kind = Kind.LISTENERS

    def __init__(self, model: Als | Collaborative, taste: Taste, catalogue: Catalogue) -> None:
        super().__init__(str(model.name), model.run_id, taste, catalogue)
        self.model = model

    @property
    def evidence(self) -> float:
        track_ids, weights = self.taste.summed()
        return float(np.abs(weights[self.model.places(track_ids) >= 0]).sum())

    @cached_property
    def all_scores(self) -> np.ndarray | None:
        """One a track of the model; None where it has nothing to say."""
        return self._finite(self._score())

    @abstractmethod
    def _score(self) -> np.ndarray | None: ...

    def candidates(self) -> np.ndarray:
        return self._best(self.all_scores, BEST + min(len(self.taste.history.played), MOST_PLAYED))

    def scores(self, track_ids: np.ndarray) -> np.ndarray:
        """In standard deviations over all tracks of the model: so the weights of the blend were learned."""
        return self._of(self.all_scores, track_ids) / self._deviation

    @cached_property
    def _deviation(self) -> float:
        return 1.0 if self.all_scores is None else float(self.all_scores.std()) or 1.0

    def alike_reason(self, track_id: int, other_id: int) -> Reason:
        return Reason(self.run_id, Wording.TOGETHER, other_id)

    def reasons(self, track_ids: list[int]) -> list[Reason]:
        return [
            self._reason(track_id, because)
            for track_id, because in zip(track_ids, self._because(track_ids), strict=True)
        ]

    def _reason(self, track_id: int, because: int) -> Reason:
        artist = self.taste.chosen.artist_of.get(because)
        if because == NO_TRACK:
            return Reason(self.run_id, Wording.LIKE_YOU)
        if artist is not None and because not in self.taste.history.played:
            return Reason(self.run_id, Wording.CHOSEN_ARTIST, artist)
        return Reason(self.run_id, Wording.AGAIN if because == track_id else Wording.TOGETHER, because)

    @abstractmethod
    def _because(self, track_ids: list[int]) -> list[int]:
        """For each track the listener's own that speaks most for it; NO_TRACK where none does by itself."""

    def _best(self, scores: np.ndarray | None, k: int) -> np.ndarray:
        """Ids of the k tracks with the highest scores above 0 that may be offered, in no order."""
        if scores is None:
            return NOTHING[0]
        offered = self.catalogue.playable_of_run(self.run_id, self.model.track_ids) & (scores > 0)
        excluded = self.model.places(self.taste.excluded)
        offered[excluded[excluded >= 0]] = False
        places = np.flatnonzero(offered)
        if k < len(places):
            places = places[np.argpartition(scores[places], -k)[-k:]]
        return self.model.track_ids[places]

    def _of(self, scores: np.ndarray | None, track_ids: np.ndarray) -> np.ndarray:
        if scores is None:
            return np.zeros(len(track_ids))
        places = self.model.places(track_ids)
        return np.where(places >= 0, scores[places], 0.0)

    def _finite(self, scores: np.ndarray | None) -> np.ndarray | None:
        if scores is None or not len(scores) or np.isfinite(scores).all():
            return scores if scores is not None and len(scores) else None
        if self.run_id not in _unusable:
            _unusable.add(self.run_id)
            logger.error(
                "%s run %d is left out of recommendations: %d of %d scores are not finite; train anew, or roll back",
                *(self.algorithm, self.run_id, int((~np.isfinite(scores)).sum()), len(scores)),
            )
        return None


class Factors(Listeners):
    """ALS: the listener is folded in."""

    model: Als

    @cached_property
    def folded(self):
        return self.model.fold_in(*self.taste.summed())

    def _score(self) -> np.ndarray | None:
        return self.model.scores(self.folded) if len(self.folded.preferred) else None

    def alike(self, track_id: int) -> Ranked:
        track_ids, cosines = self.model.nearest(track_id)
        offered = self.catalogue.are_playable(track_ids) & ~np.isin(track_ids, self.taste.excluded)
        best = np.flatnonzero(offered)
        if len(best) > ALIKE:
            best = np.sort(best[np.argpartition(cosines[best], -ALIKE)[-ALIKE:]])
        return track_ids[best], cosines[best]

    def _because(self, track_ids: list[int]) -> list[int]:
        places = self.model.places(np.array(track_ids, dtype=np.int64))
        shares = self.folded.shares(self.model.factors[places])
        return self.folded.preferred[shares.argmax(axis=1)].tolist()


class Together(Listeners):
    """Whatever is published as a scorer: EASE, what comes next in a session."""

    model: Collaborative

    def _score(self) -> np.ndarray | None:
        return self.model.scores(*self.taste.said)

    def alike(self, track_id: int) -> Ranked:
        scores = self._finite(self.model.scores(np.array([track_id]), np.ones(1)))
        track_ids = np.sort(self._best(scores, ALIKE))
        return track_ids, self._of(scores, track_ids)

    def _because(self, track_ids: list[int]) -> list[int]:
        heard, weights = self.taste.said
        return self.model.because_each(np.array(track_ids, dtype=np.int64), heard[weights > 0])
