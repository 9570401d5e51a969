"""Matrix factorisation by the softmax over all items of cosine similarities.

A listener u and an item i are directions w and h, and the loss is the mean over all that was heard of
−log softmax_i(cos(w_u, h_i) / temperature): the full form of the sampled softmax of Wu et al., "On the effectiveness of
sampled softmax loss for item recommendation" (TOIS 2024), with the cosine of Mao et al., "SimpleX" (CIKM 2021). It is
trained on the whole at once, and stopped early, which is all of its regularisation.

A listener is folded in by the same loss, with the items held still.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.scorer import ParamSpace, Scorer
from recommender.histories import Histories

FACTORS = 64
TEMPERATURE = 0.15
LEARNING_RATE = 0.03
STEPS = 100
# Of folding in.
FOLD_RATE = 0.05
FOLD_STEPS = 20
# Deviation of a number of a direction at the start.
START = 0.1
# Listeners whose scores over all items are held at a time.
BLOCK = 256
SEED = 20_170_301
VECTORS = "vectors.npy"
META = "meta.json"


class CosineSoftmax(Scorer):
    """`items` are unit vectors, float32, shape (n_items, factors)."""

    name = "softmax"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "factors": ParamSpace(16, 256, log=True, integer=True),
        "temperature": ParamSpace(0.05, 0.5, log=True),
        "learning_rate": ParamSpace(0.003, 0.3, log=True),
        "steps": ParamSpace(20, 300, log=True, integer=True),
    }

    def __init__(self, items: np.ndarray, *, temperature: float) -> None:
        if not np.isfinite(items).all():
            raise FloatingPointError(f"{self.name} has vectors that are not finite")
        self.items, self.temperature = items, temperature

    @classmethod
    def fit(
        cls,
        histories: Histories,
        *,
        factors: int = FACTORS,
        temperature: float = TEMPERATURE,
        learning_rate: float = LEARNING_RATE,
        steps: int = STEPS,
        seed: int = SEED,
    ) -> Self:
        if factors < 1 or steps < 1 or not (temperature > 0 and learning_rate > 0):
            raise ValueError(
                f"factors and steps have to be 1 or more, not {factors} and {steps}; temperature and learning_rate "
                f"above 0, not {temperature} and {learning_rate}"
            )
        rows = histories.preferred()
        random = np.random.default_rng(seed)
        sides = [(START * random.standard_normal((size, factors))).astype(np.float32) for size in rows.shape]
        if rows.nnz:
            sides = _Training(rows, temperature).run(sides, learning_rate, steps)
        return cls(_unit(sides[1]), temperature=temperature)

    def scores(self, histories: Histories) -> np.ndarray:
        return self.factors_of(histories.preferred()) @ self.items.T

    def factors_of(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Unit vectors of the listeners of these rows, shape (listeners, factors); 0 for an empty row."""
        start = _unit(rows @ self.items)
        if not rows.nnz:
            return start
        [folded] = _Training(rows, self.temperature, self.items).run([start], FOLD_RATE, FOLD_STEPS)
        return _unit(folded) * (np.diff(rows.indptr) > 0)[:, None]

    def shares(self, histories: Histories, item: int) -> sparse.csr_matrix:
        """By each heard item's own likeness to the item: what they add up to is where folding in begins."""
        rows = histories.preferred()
        rows.data *= (self.items @ self.items[item])[rows.indices]
        return rows

    def save(self, folder: Path) -> None:
        np.save(folder / VECTORS, self.items)
        (folder / META).write_text(json.dumps({"temperature": self.temperature}))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(np.load(folder / VECTORS), **json.loads((folder / META).read_text()))


class _Training:
    """Of listeners and items; of listeners alone where the items are given. Adam, by JAX and Optax."""

    def __init__(self, rows: sparse.csr_matrix, temperature: float, items: np.ndarray | None = None) -> None:
        self.rows, self.temperature, self.items = rows, temperature, items

    def run(self, sides: list[np.ndarray], rate: float, steps: int) -> list[np.ndarray]:
        # Imported on use: nobody but a training waits for them.
        import jax
        import optax

        adam = optax.adam(rate)
        slopes = jax.grad(self.loss)

        @jax.jit
        def step(state, _):
            sides, memory = state
            updates, memory = adam.update(slopes(sides), memory)
            return (optax.apply_updates(sides, updates), memory), None

        state = (sides, adam.init(sides))
        return [np.asarray(side) for side in jax.lax.scan(step, state, length=steps)[0][0]]

    def loss(self, sides):
        """The sum over all that was heard: Adam does not mind its scale."""
        import jax
        import jax.numpy as jnp

        listeners = _unit_of(sides[0], jnp)
        items = _unit_of(sides[1], jnp) if self.items is None else self.items
        heard = (listeners[self.owners] * items[self.rows.indices]).sum() / self.temperature

        # Computed again on the way back, so that no more than a block of scores is held at a time.
        @jax.checkpoint
        def of_block(block):
            vectors, counts = block
            return counts @ jax.nn.logsumexp(vectors @ items.T / self.temperature, axis=1)

        missing = -len(listeners) % BLOCK
        vectors = jnp.pad(listeners, ((0, missing), (0, 0))).reshape(-1, BLOCK, listeners.shape[1])
        return jax.lax.map(of_block, (vectors, self.counts)).sum() - heard

    @cached_property
    def owners(self) -> np.ndarray:
        return np.repeat(np.arange(self.rows.shape[0]), np.diff(self.rows.indptr))

    @cached_property
    def counts(self) -> np.ndarray:
        """How many items each listener has, in blocks."""
        counts = np.diff(self.rows.indptr).astype(np.float32)
        return np.pad(counts, (0, -len(counts) % BLOCK)).reshape(-1, BLOCK)


def _unit_of(vectors, numpy):
    # The root of a sum that is above 0 has a slope everywhere, also for a padded row.
    return vectors / numpy.sqrt((vectors * vectors).sum(axis=1, keepdims=True) + np.float32(1e-12))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(_unit_of(vectors, np), dtype=np.float32)
