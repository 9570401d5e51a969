"""Third stage: a model is fitted on histories.

An algorithm has a run's parameters: its own defaults, those that the settings name, and over both the best that
`manage.py tune` found on our own plays. With the same parameters it is fitted twice: on what came before the held-out
plays, to be judged, and then on everything, to serve. So what serves is not the very model that was judged, but the
same with the newest plays in it; the run says so.
"""

from dataclasses import dataclass
from pathlib import Path

from recommender.algorithms.als import Als
from recommender.algorithms.collaborative import EaseModel, SequenceModel
from recommender.algorithms.fitted import Fitted
from recommender.algorithms.scorer import Scorer
from recommender.evaluation import tuning
from recommender.pipeline.prepare import Prepared

# What is learned from listeners, and so judged by what they played; Spark's last, as it takes the longest.
LEARNED: tuple[type[Fitted], ...] = (EaseModel, SequenceModel, Als)


@dataclass(frozen=True)
class Candidate:
    """An algorithm with the parameters of one run."""

    model: type[Fitted]
    params: dict[str, float]

    def fit(self, prepared: Prepared) -> Scorer:
        return self.model.fit(prepared.histories, prepared.sessions, **self.params)

    def write(self, folder: Path, prepared: Prepared) -> None:
        """Fit on everything and write what serves."""
        self.model.write(folder, prepared.track_ids, self.fit(prepared))


def candidate(model: type[Fitted]) -> Candidate:
    return Candidate(model, tuning.defaults(model.kind) | tuning.best(model.name.value))
