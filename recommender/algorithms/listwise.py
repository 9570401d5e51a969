"""A small network that puts a listener's candidates in order, taught by which of them they really chose.

One hidden layer and a straight path beside it; the loss is that of ListNet's top-one probability (Cao et al., "Learning
to rank: from pairwise approach to listwise approach", ICML 2007) with each chosen candidate set against all that were
not chosen. Several networks that start differently are averaged, so that none of them decides by its start.
"""

from pathlib import Path
from typing import Self

import numpy as np

FILE = "network.npz"
MEMBERS = 2
HIDDEN = 32
STEPS = 200
LEARNING_RATE = 0.01
RIDGE = 1e-3
# Features further from the mean than so many deviations say no more.
FURTHEST = 6.0
SEED = 20_170_301
LOW = -1e9

Weights = dict[str, np.ndarray]


class Listwise:
    """`centre` and `scale` (features,) standardise; each weight has a network of the MEMBERS in its first place."""

    def __init__(self, centre: np.ndarray, scale: np.ndarray, weights: Weights) -> None:
        self.centre, self.scale, self.weights = centre, scale, weights
        if not all(np.isfinite(one).all() for one in (centre, scale, *weights.values())):
            raise FloatingPointError("a network for ranking has weights that are not finite")

    @classmethod
    def fit(
        cls,
        features: np.ndarray,
        chosen: np.ndarray,
        real: np.ndarray,
        *,
        hidden: int = HIDDEN,
        steps: int = STEPS,
        learning_rate: float = LEARNING_RATE,
    ) -> Self:
        """Of features float32 (listeners, candidates, n); `chosen` and `real` are bool (listeners, candidates).

        What is not real only fills up a listener's row. Raises ValueError where nothing was chosen.
        """
        if not (chosen & real).any():
            raise ValueError("no candidate was chosen: there is nothing to learn an order from")
        centre, spread = features[real].mean(axis=0), features[real].std(axis=0)
        scale = np.where(spread > 1e-6, 1.0 / np.maximum(spread, 1e-6), 0.0).astype(np.float32)
        given = _standardised(features, centre, scale)
        started = [_start(features.shape[-1], hidden, SEED + member) for member in range(MEMBERS)]
        members = [_trained(given, chosen & real, real, start, steps, learning_rate) for start in started]
        return cls(centre, scale, {name: np.stack([one[name] for one in members]) for name in members[0]})

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """How likely each candidate is chosen, but for a constant of each listener: float32 (listeners, candidates)."""
        given = _standardised(features, self.centre, self.scale)
        members = ({name: values[place] for name, values in self.weights.items()} for place in range(MEMBERS))
        return np.asarray(sum(_utilities(given, one, np) for one in members) / MEMBERS, dtype=np.float32)

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, centre=self.centre, scale=self.scale, **self.weights)

    @classmethod
    def load(cls, folder: Path) -> Self:
        with np.load(folder / FILE) as file:
            weights = {name: file[name] for name in file.files}
        return cls(weights.pop("centre"), weights.pop("scale"), weights)


def _standardised(features: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return ((features - centre) * scale).clip(-FURTHEST, FURTHEST).astype(np.float32)


def _start(width: int, hidden: int, seed: int) -> Weights:
    random = np.random.default_rng(seed)
    return {
        "inner": (random.standard_normal((width, hidden)) / np.sqrt(width)).astype(np.float32),
        "bias": np.zeros(hidden, np.float32),
        "outer": (0.1 * random.standard_normal(hidden)).astype(np.float32),
        "straight": np.zeros(width, np.float32),
    }


def _utilities(features, weights, numpy):
    hidden = numpy.tanh(features @ weights["inner"] + weights["bias"])
    return hidden @ weights["outer"] + features @ weights["straight"]


def _trained(features: np.ndarray, chosen: np.ndarray, real: np.ndarray, start: Weights, steps: int, rate: float):
    # Imported on use: nobody but a training waits for them.
    import jax
    import jax.numpy as jnp
    import optax

    others = real & ~chosen
    adam = optax.adam(optax.cosine_decay_schedule(rate, steps))

    def loss(weights):
        utilities = _utilities(features, weights, jnp)
        against = jax.nn.logsumexp(jnp.where(others, utilities, LOW), axis=1, keepdims=True)
        missed = jnp.where(chosen, jnp.logaddexp(against, utilities) - utilities, 0.0).sum() / chosen.sum()
        return missed + RIDGE * sum((one * one).sum() for one in weights.values())

    @jax.jit
    def run(weights):
        def step(state, _):
            weights, memory = state
            updates, memory = adam.update(jax.grad(loss)(weights), memory)
            return (optax.apply_updates(weights, updates), memory), None

        return jax.lax.scan(step, (weights, adam.init(weights)), length=steps)[0][0]

    return {name: np.asarray(values) for name, values in run(start).items()}
