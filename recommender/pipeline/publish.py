"""Sixth stage: what was chosen is fitted on everything, and put to use.

The stages of one algorithm come together here, within one run: it is judged, it is chosen or rejected, and only then
fitted anew for good. `recommender/artefacts.py` has it served whole or not at all.
"""

import time

from recommender import artefacts
from recommender.algorithms.base import NothingToTrainOn
from recommender.evaluation.plays import HeldOut
from recommender.models import ModelRun
from recommender.pipeline.choose import choose, look_for_news
from recommender.pipeline.evaluate import evaluate, history
from recommender.pipeline.fit import Candidate
from recommender.pipeline.prepare import Prepared


def publish(challenger: Candidate, prepared: Prepared, held: HeldOut | None, version: int | None = None) -> ModelRun:
    """Train an algorithm on what listeners played, and publish it where it is chosen; returns its run.

    `held` is None where nothing can be held out, and `version` is the lake's. Raises NothingToTrainOn for fewer than
    two listeners.
    """
    listeners = int((prepared.histories.preferred().getnnz(axis=1) > 0).sum())
    if listeners < 2:
        raise NothingToTrainOn(
            f"what goes together is learned from two listeners or more who stayed for what they played, not {listeners}"
        )
    name = challenger.model.name
    champion = artefacts.published_run(name)
    with artefacts.training(name, challenger.params) as (run, folder):
        run.data = _about(prepared, held, version)
        look_for_news(run, champion, prepared)
        judgement = evaluate(challenger, champion, prepared, held)
        run.metrics = judgement.metrics
        choose(run, champion, judgement, prepared)
        started = time.perf_counter()
        challenger.write(folder, prepared)
        run.metrics["fit_seconds"] = round(time.perf_counter() - started, 2)
    return run


def _about(prepared: Prepared, held: HeldOut | None, version: int | None) -> dict[str, object]:
    """What a run learned from. It is judged on a part of that, and what serves is fitted on all of it."""
    return {
        "plays": prepared.plays,
        "lake_version": version,
        "history": history(prepared),
        "dropped": prepared.dropped,
        "judged_on": held.about() if held else "nothing: too little was played to hold any of it out",
        "fitted_on": "all of the history, the held-out plays included",
    }
