"""Beside the models, what each of them counts: the blend's weights, learned and judged on the held-out plays.

The models in use are fitted once more without the held-out plays, with the parameters that they serve with; those by
features learn nothing from plays, and stand as they serve. One half of the listeners, drawn at random, teaches the
weights, and the other judges them: weights are chosen like any model, beside those in use. Those of the first run are
judged beside equal ones, so that it tells what the learning is worth.

The shelves put what speaks from listeners, from sound and from character each on a scale of its own, on which its best
track is 1, where the weights are learned on standard deviations. So what serves is each weight times how many of these
the best track of its kind has on average: without that, a model whose best tracks stand out would count for too little.
"""

from collections.abc import Mapping

import numpy as np

from recommender import artefacts
from recommender.algorithms.base import NothingToTrainOn
from recommender.algorithms.blend import BLOCK, Blend, learned
from recommender.algorithms.blend_weights import BlendWeights
from recommender.algorithms.scorer import Scorer
from recommender.evaluation import features
from recommender.evaluation.compare import compare
from recommender.evaluation.plays import SEED, HeldOut
from recommender.evaluation.report import LEADING
from recommender.histories import Histories
from recommender.models import ModelRun
from recommender.online.sources import Kind
from recommender.online.sources.in_use import SOURCES
from recommender.pipeline.choose import FEWEST_JUDGED, choose, look_for_news
from recommender.pipeline.evaluate import CUTOFFS, DECIDING, Judgement, history, metrics
from recommender.pipeline.fit import LEARNED, Candidate
from recommender.pipeline.prepare import Prepared


def blended() -> list[ModelRun]:
    """The runs in use that are weighed: of what is learned from plays, and of features where their files serve."""
    names = (*(model.name for model in LEARNED), *features.in_use())
    return [run for run in map(artefacts.published_run, names) if run]


def publish_blend(prepared: Prepared, held: HeldOut | None) -> ModelRun:
    """Learn the weights of the models in use, and publish them where they are chosen; returns the run.

    Where there are too few listeners to teach and to judge, that is the reason why the run is rejected, and no other is
    tried until a model changes. Raises NothingToTrainOn for fewer than two models learned from plays.
    """
    runs = blended()
    learned_from_plays = sum(run.algorithm not in features.MODELS for run in runs)
    if learned_from_plays < 2:
        raise NothingToTrainOn(f"a blend needs two models learned from plays, not {learned_from_plays}")
    champion = artefacts.published_run(BlendWeights.name)
    params = {run.algorithm: run.pk for run in runs}
    with artefacts.training(BlendWeights.name, params) as (run, folder):
        run.data = {"plays": prepared.plays, "history": history(prepared)}
        if held is None or len(held) < 2 * FEWEST_JUDGED:
            raise artefacts.Rejected(
                f"{2 * FEWEST_JUDGED} listeners are needed to learn from and to be judged by, "
                f"not {0 if held is None else len(held)}"
            )
        run.data["judged_on"] = held.about()
        look_for_news(run, champion, prepared)
        weights, serving, judgement = _judged(_parts(runs, held), held, champion)
        run.data |= {"weights": weights, "serving": serving}
        run.metrics = judgement.metrics
        choose(run, champion, judgement, prepared)
        BlendWeights.write(folder, serving)
    return run


def _parts(runs: list[ModelRun], held: HeldOut) -> dict[str, Scorer]:
    return {run.algorithm: _part(run, held) for run in runs}


def _part(run: ModelRun, held: HeldOut) -> Scorer:
    if run.algorithm in features.MODELS:
        return features.fitted(run.algorithm, held.train.histories, held.train.track_ids)
    return Candidate(next(model for model in LEARNED if model.name == run.algorithm), run.params).fit(held.train)


def _judged(
    parts: Mapping[str, Scorer], held: HeldOut, champion: ModelRun | None
) -> tuple[dict[str, float], dict[str, float], Judgement]:
    """The weights learned from one half of the listeners, as they serve, and what the other half says of them."""
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
    return weights, served(parts, weights, teaching.given), Judgement(metrics(judged[0], lead), lead, len(judging))


def served(parts: Mapping[str, Scorer], weights: Mapping[str, float], given: Histories) -> dict[str, float]:
    """The weights as the shelves take them, 1 together, by how far the best of what is new to these listeners stands
    out by each kind of model."""
    found: dict[str, float] = {}
    for kind in dict.fromkeys(map(_kind, parts)):
        of_kind = {name: weights[name] for name in parts if _kind(name) is kind}
        height = _height(Blend({name: parts[name] for name in of_kind}, of_kind), given)
        total = sum(of_kind.values())
        found |= {name: weight / total * height if total else 0.0 for name, weight in of_kind.items()}
    total = sum(found.values())
    return {name: round(found[name] / total, 6) if total else weights[name] for name in parts}


def _kind(name: str) -> Kind:
    return next(source.kind for model, source in SOURCES.items() if model.name == name)


def _height(blend: Blend, given: Histories) -> float:
    """The best score of what a listener has not heard, on average."""
    best = []
    for first in range(0, len(given), BLOCK):
        block = given.part(first, min(first + BLOCK, len(given)))
        scores = blend.scores(block)
        scores[block.rows, block.items] = 0.0
        best.append(scores.max(axis=1))
    return float(np.concatenate(best).mean())
