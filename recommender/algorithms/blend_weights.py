"""What each model in use counts on the shelves, as learned from held-out plays: published like a model."""

import json
from collections.abc import Mapping
from pathlib import Path

from recommender import artefacts
from recommender.algorithms.base import Algorithm
from recommender.models import ModelRun

FILE = "weights.json"


class BlendWeights(Algorithm):
    """`weights` by algorithm, from 0 up, 1 together; a model that is not named was not there to be judged."""

    name = ModelRun.Algorithm.BLEND

    def __init__(self, published: artefacts.Published, weights: Mapping[str, float]) -> None:
        super().__init__(published)
        self.weights = dict(weights)

    @staticmethod
    def write(folder: Path, weights: Mapping[str, float]) -> None:
        (folder / FILE).write_text(json.dumps(dict(weights)))

    @classmethod
    def load(cls, published: artefacts.Published) -> "BlendWeights":
        return cls(published, json.loads((published.folder / FILE).read_text()))


def blend_weights() -> BlendWeights | None:
    return BlendWeights.current()
