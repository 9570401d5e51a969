"""Fourth stage: how good a new model is, beside the one in use.

Both are fitted on what was played before the same time and have to foretell the same plays after it, for the same
listeners; the model in use on nothing newer than it has learned from, so that one that has grown old is judged as old.
Their metrics are taken listener by listener, so that the lead of one over the other can be resampled.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.compare import Judged, compare
from recommender.evaluation.plays import HeldOut, kept
from recommender.evaluation.report import LEADING
from recommender.models import ModelRun
from recommender.pipeline.fit import Candidate
from recommender.pipeline.prepare import Prepared

CUTOFFS = (10, 20)
DECIDING = 20


@dataclass(frozen=True)
class Judgement:
    """A new model's metrics, and by how much it leads over the one in use; None where there is none to lead over."""

    metrics: dict[str, float]
    lead: Interval | None
    listeners: int


def evaluate(challenger: Candidate, champion: ModelRun | None, prepared: Prepared, held: HeldOut | None) -> Judgement:
    """Judge a new model, and beside it the run in use; without held-out plays there is nothing to say of either."""
    if held is None:
        return Judgement({}, None, 0)
    rivals = {"challenger": partial(challenger.fit, held.train)}
    if champion is not None and not _fits_alike(champion, challenger, held):
        former = Candidate(challenger.model, champion.params)
        rivals["champion"] = partial(former.fit, _known_to(champion, prepared, held))
    judged = compare(rivals, held.given, held.truth, CUTOFFS)
    lead = judged[0].lead(judged[-1], DECIDING, LEADING) if champion is not None else None
    return Judgement(metrics(judged[0], lead), lead, len(held))


def history(prepared: Prepared) -> dict[str, object]:
    """What tells one state of the plays from another, as a run keeps it."""
    return {
        "listeners": len(prepared.listener_ids),
        "tracks": len(prepared.track_ids),
        "entries": len(prepared.times),
        "until": str(prepared.times.max()) if len(prepared.times) else "",
    }


def _until(champion: ModelRun, held: HeldOut) -> np.datetime64:
    """The newest play that the run in use has learned from and that is not held out."""
    known = champion.data.get("history", {}).get("until")
    return min(np.datetime64(known, "us"), held.at) if known else held.at


def _fits_alike(champion: ModelRun, challenger: Candidate, held: HeldOut) -> bool:
    """Whether both are the same model as far as the held-out plays can tell."""
    return champion.params == challenger.params and _until(champion, held) == held.at


def _known_to(champion: ModelRun, prepared: Prepared, held: HeldOut) -> Prepared:
    until = _until(champion, held)
    return kept(prepared, (prepared.times < held.at) & (prepared.times <= until))


def metrics(judged: Judged, lead: Interval | None) -> dict[str, float]:
    """As a run keeps them: each with the limits of its interval."""
    found = {}
    for k in CUTOFFS:
        for name, interval in judged.intervals(k).items():
            found |= _with_limits(f"{name}@{k}", interval)
        found |= {f"{name}@{k}": value for name, value in judged.beyond[k].items()}
    if lead is not None:
        found |= _with_limits(f"lead in {LEADING}@{DECIDING}", lead)
    return {name: round(float(value), 5) for name, value in found.items()}


def _with_limits(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.mean, f"{name} low": interval.low, f"{name} high": interval.high}
