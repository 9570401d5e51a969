"""One score out of what the models say of each candidate. Every weight of the blend is here."""

from dataclasses import dataclass

import numpy as np

from recommender.online.candidates import Candidates

# What each model counts, for a listener of whom much is known.
PREFERENCE = 0.6
SOUND = 0.3
POPULARITY = 0.1
# What is not known of a listener's taste yet is taken from what sounds alike and what is popular: PREFERENCE counts
# half when interactions of this weight are known (a finished play is 1), and the rest goes to the other two.
HALF_KNOWN = 5.0

# Rows of `Blended.parts`.
SOURCES = PREFERENCE_ROW, SOUND_ROW, POPULARITY_ROW = range(3)


@dataclass(frozen=True)
class Blended:
    """`parts` (shape (3, n)) are what preference, sound and popularity add to each candidate's score."""

    candidates: Candidates
    parts: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        return self.parts.sum(axis=0)

    @property
    def sources(self) -> np.ndarray:
        """The row of `parts` that gave the most to each candidate."""
        return self.parts.argmax(axis=0)


def blend(candidates: Candidates, evidence: float) -> Blended:
    """Each model's scores, brought to at most 1, times its weight.

    `evidence` is the weight, without signs, of the listener's interactions that ALS knew.
    """
    known = evidence / (evidence + HALF_KNOWN)
    rest = (1.0 - PREFERENCE * known) / (SOUND + POPULARITY)
    parts = (
        PREFERENCE * known * scaled(candidates.preference),
        SOUND * rest * scaled(candidates.sound),
        POPULARITY * rest * scaled(candidates.popularity),
    )
    return Blended(candidates, np.stack(parts))


def scaled(scores: np.ndarray) -> np.ndarray:
    """Divided by the highest, where that is above 0; none below -1, so that one dislike cannot drown the rest."""
    highest = scores.max(initial=0.0)
    return np.clip(scores / highest if highest > 0 else scores, -1.0, 1.0)
