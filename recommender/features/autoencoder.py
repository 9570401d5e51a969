"""From standardised features to a latent space in which tracks that sound alike lie in one direction.

A denoising autoencoder (Vincent et al., "Extracting and composing robust features", ICML 2008): features are disturbed
by noise, squeezed through a narrow layer and have to come out as they were. What survives the narrow layer is what the
features have in common, in combinations that need not be linear as the principal components of `Transform` are.

Trained with JAX; applied with numpy, so that a web process loads no JAX.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

LATENT = 32
HIDDEN = 256
NOISE = 0.5
EPOCHS = 30
BATCH = 256
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 1e-4
# The share of rows that are kept apart, to say how well unknown tracks are described.
HELD_OUT = 0.05
SEED = 20_170_301

# A layer's weights (inputs, outputs) and offsets (outputs,).
Layer = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Autoencoder:
    """The encoder's two layers, the middle of the latent space (latent,), and what its features tell of unseen tracks.

    `explained_variance` is the share of the held-out rows' variance that the decoder gives back.
    """

    hidden: Layer
    latent: Layer
    middle: np.ndarray
    explained_variance: float

    @classmethod
    def fit(cls, standard: np.ndarray, *, latent: int = LATENT, epochs: int = EPOCHS, seed: int = SEED) -> Self:
        """Learn from standardised features of shape (n, width), all finite; raises ValueError for fewer than 2 rows.

        Raises FloatingPointError where the training ends in values that are not finite.
        """
        if len(standard) < 2:
            raise ValueError(f"an autoencoder is fitted on 2 tracks or more, not {len(standard)}")
        random = np.random.default_rng(seed)
        rows = standard[random.permutation(len(standard))].astype(np.float32)
        held_out = max(1, int(HELD_OUT * len(rows)))
        layers = _train(rows[held_out:], _initial(random, rows.shape[1], latent), epochs, seed)
        if not all(np.isfinite(array).all() for layer in layers for array in layer):
            raise FloatingPointError("the autoencoder's weights are not finite after its training")
        codes = _encoded(rows, *layers[:2])
        error = np.square(_apply(rows[:held_out], layers, np) - rows[:held_out]).mean()
        explained = 1.0 - float(error / max(np.square(rows[:held_out]).mean(), np.finfo(np.float32).tiny))
        return cls(layers[0], layers[1], codes.mean(axis=0), explained)

    def __call__(self, standard: np.ndarray) -> np.ndarray:
        """Latent vectors, float32 of shape (n, latent) and of length 1 (or 0, for one in the very middle)."""
        codes = _encoded(standard.astype(np.float32), self.hidden, self.latent) - self.middle
        lengths = np.linalg.norm(codes, axis=1, keepdims=True)
        return (codes / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)

    def save(self, path: Path) -> None:
        arrays = {"hidden": self.hidden, "latent": self.latent}
        parts = {
            f"{name}_{part}": value for name, layer in arrays.items() for part, value in zip("wb", layer, strict=True)
        }
        np.savez(path, **parts, middle=self.middle, explained_variance=self.explained_variance)

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path) as file:
            layers = [(file[f"{name}_w"], file[f"{name}_b"]) for name in ("hidden", "latent")]
            return cls(*layers, file["middle"], float(file["explained_variance"]))


def _initial(random: np.random.Generator, width: int, latent: int) -> list[Layer]:
    """Four layers, in and out again, scaled as Glorot and Bengio (2010) have it."""
    sizes = [width, HIDDEN, latent, HIDDEN, width]
    return [
        (random.normal(scale=np.sqrt(2 / (into + out)), size=(into, out)).astype(np.float32), np.zeros(out, np.float32))
        for into, out in zip(sizes, sizes[1:], strict=False)
    ]


def _encoded(rows: np.ndarray, hidden: Layer, latent: Layer) -> np.ndarray:
    return np.tanh(rows @ hidden[0] + hidden[1]) @ latent[0] + latent[1]


def _apply(rows, layers, numpy):
    """Rows through all four layers; `numpy` is numpy, or JAX's to differentiate."""
    (into, into_offset), (narrow, narrow_offset), (out, out_offset), (back, back_offset) = layers
    codes = numpy.tanh(rows @ into + into_offset) @ narrow + narrow_offset
    return numpy.tanh(codes @ out + out_offset) @ back + back_offset


def _train(rows: np.ndarray, layers: list[Layer], epochs: int, seed: int) -> list[Layer]:
    # Imported on use: nobody but a training waits for them.
    import jax
    import jax.numpy as jnp
    import optax

    batch = min(BATCH, len(rows))
    steps = len(rows) // batch
    optimiser = optax.adamw(optax.cosine_decay_schedule(LEARNING_RATE, epochs * steps), weight_decay=WEIGHT_DECAY)

    def loss(layers, clean, key):
        disturbed = clean + NOISE * jax.random.normal(key, clean.shape)
        return jnp.square(_apply(disturbed, layers, jnp) - clean).mean()

    def step(rows, state, turn):
        layers, optimiser_state = state
        places, key = turn
        gradients = jax.grad(loss)(layers, rows[places], key)
        updates, optimiser_state = optimiser.update(gradients, optimiser_state, layers)
        return (optax.apply_updates(layers, updates), optimiser_state), None

    @jax.jit
    def epoch(rows, state, key):
        order_key, noise_key = jax.random.split(key)
        order = jax.random.permutation(order_key, len(rows))[: steps * batch].reshape(steps, batch)
        return jax.lax.scan(partial(step, rows), state, (order, jax.random.split(noise_key, steps)))[0]

    state, data = (layers, optimiser.init(layers)), jnp.asarray(rows)
    for key in jax.random.split(jax.random.key(seed), epochs):
        state = epoch(data, state, key)
    return [(np.asarray(weights), np.asarray(offsets)) for weights, offsets in state[0]]
