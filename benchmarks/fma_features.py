"""A features.csv with FMA's columns: tracks of one top-level genre lie near each other, as real ones do."""

from pathlib import Path

import numpy as np

from recommender.features.columns import FMA_COLUMNS

BATCH = 2_000


def write_features(path: Path, rng: np.random.Generator, ids: np.ndarray, groups: list[int]) -> None:
    """`ids`: FMA ids, shape (n,); `groups`: for each track the number of the cluster that it lies in."""
    numbers = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    centres = rng.normal(scale=2.0, size=(len(numbers), len(FMA_COLUMNS)))
    places = np.array([numbers[group] for group in groups])
    line = "%d" + ",%.10e" * len(FMA_COLUMNS) + "\n"
    with path.open("w", encoding="utf-8") as file:
        for name, cells in zip(("feature", "statistics", "number"), zip(*FMA_COLUMNS, strict=True), strict=True):
            file.write(",".join([name, *cells]) + "\n")
        file.write("track_id" + "," * len(FMA_COLUMNS) + "\n")
        for start in range(0, len(ids), BATCH):
            values = centres[places[start : start + BATCH]]
            values = values + rng.normal(size=values.shape)
            for number, row in zip(ids[start : start + BATCH].tolist(), values.tolist(), strict=True):
                file.write(line % (number, *row))
