"""Beside the models, what each of them counts: the blend's weights, learned and judged on the held-out plays.

The models in use are fitted once more without the held-out plays, with the parameters that they serve with. One half
of the listeners, drawn at random, teaches the weights, and the other judges them: weights are chosen like any model,
beside those in use. Those of the first run are judged beside equal ones, so that it tells what the learning is worth.
"""

from collections.abc import Mapping

import numpy as np

from recommender import artefacts
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.blend import Blend, learned
from recommender.algorithms.blend_weights import BlendWeights
from recommender.algorithms.scorer import Scorer
from recommender.evaluation.compare import compare
from recommender.evaluation.plays import SEED, HeldOut
from recommender.evaluation.report import LEADING
from recommender.models import ModelRun
from recommender.pipeline.choose import FEWEST_JUDGED, choose, look_for_news
from recommender.pipeline.evaluate import CUTOFFS, DECIDING, Judgement, history, metrics
from recommender.pipeline.fit import LEARNED, Candidate
from recommender.pipeline.prepare import Prepared


def publish_blend(prepared: Prepared, held: HeldOut | None) -> ModelRun:
    """Learn the weights of the models in use, and publish them where they are chosen; returns the run.

    Raises NothingToTrainOn for fewer than two models, or too few listeners to teach and to judge.
    """
    runs = [run for run in map(artefacts.published_run, [model.name for model in LEARNED]) if run]
    if len(runs) < 2 or held is None or len(held) < 2 * FEWEST_JUDGED:
        raise NothingToTrainOn(
            f"a blend needs two models in use and {2 * FEWEST_JUDGED} listeners to learn from and to be judged by, "
            f"not {len(runs)} and {0 if held is None else len(held)}"
        )
    champion = artefacts.published_run(BlendWeights.name)
    params = {run.algorithm: run.pk for run in runs}
    with artefacts.training(BlendWeights.name, params) as (run, folder):
        run.data = {"plays": prepared.plays, "history": history(prepared), "judged_on": held.about()}
        look_for_news(run, champion, prepared)
        weights, judgement = _judged(_parts(runs, held), held, champion)
        run.data["weights"] = weights
        run.metrics = judgement.metrics
        choose(run, champion, judgement, prepared)
        BlendWeights.write(folder, weights)
    return run


def _parts(runs: list[ModelRun], held: HeldOut) -> dict[str, Scorer]:
    parts = {}
    for run in runs:
        model = next(model for model in LEARNED if model.name == run.algorithm)
        candidate = Candidate(model, run.params)
        with candidate.at_work():
            parts[run.algorithm] = candidate.fit(held.train)
    return parts


def _judged(
    parts: Mapping[str, Scorer], held: HeldOut, champion: ModelRun | None
) -> tuple[dict[str, float], Judgement]:
    """The weights learned from one half of the listeners, and what the other half says of them."""
    order = np.random.default_rng(SEED).permutation(len(held))
    teaching, judging = held.only(np.sort(order[::2])), held.only(np.sort(order[1::2]))
    weights = learned(parts, teaching.given, teaching.truth)
    former = champion.data["weights"] if champion else dict.fromkeys(parts, 1.0)
    rivals = {
        "challenger": Blend(parts, weights),
        # A model that has come since counts nothing in the weights in use.
        "champion": Blend(parts, {name: former.get(name, 0.0) for name in parts}),
    }
    fits = {name: (lambda blend=blend: blend) for name, blend in rivals.items()}
    judged = compare(fits, judging.given, judging.truth, CUTOFFS)
    lead = judged[0].lead(judged[1], DECIDING, LEADING)
    return weights, Judgement(metrics(judged[0], lead), lead, len(judging))
