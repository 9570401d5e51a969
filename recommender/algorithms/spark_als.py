"""Item and user factors by Spark's ALS, from interactions held in memory."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from recommender import spark
from recommender.interactions import Interactions

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Params:
    """Named as Spark names them."""

    rank: int
    reg_param: float = 0.5
    alpha: float = 3.0
    iterations: int = 10
    seed: int = 42

    as_dict = asdict


def fit(interactions: Interactions, params: Params) -> tuple[np.ndarray, np.ndarray]:
    """User and item factors, float32, rows as the interactions' listeners and tracks are ordered.

    Every listener and every track has to have a positive weight. Raises FloatingPointError where the factors are not
    finite.
    """
    with spark.session() as session:
        # Imported on use, as in `spark`.
        from pyspark.ml.recommendation import ALS

        # A block a core: Spark's default of 10 more than doubles the time on a small machine.
        blocks = session.sparkContext.defaultParallelism
        als = ALS(
            rank=params.rank,
            maxIter=params.iterations,
            regParam=params.reg_param,
            alpha=params.alpha,
            seed=params.seed,
            implicitPrefs=True,
            numUserBlocks=blocks,
            numItemBlocks=blocks,
        )
        # Handed over by ten thousands of rows, of which each would be a task of its own.
        model = als.fit(session.createDataFrame(_ratings(interactions)).coalesce(blocks))
        users, items = _matrix(model.userFactors, params.rank), _matrix(model.itemFactors, params.rank)
    if not (np.isfinite(users).all() and np.isfinite(items).all()):
        raise FloatingPointError(f"ALS gave factors that are not finite; its parameters were {params}")
    return users, items


def _ratings(interactions: Interactions) -> "pa.Table":
    """As Spark takes them without a Python row for each."""
    import pyarrow as pa

    return pa.table(
        {
            "user": interactions.rows.astype(np.int32),
            "item": interactions.columns.astype(np.int32),
            "rating": interactions.weights.astype(np.float32),
        }
    )


def _matrix(factors: "DataFrame", rank: int) -> np.ndarray:
    table = factors.toArrow().combine_chunks()
    rows = table["features"].combine_chunks().flatten().to_numpy().reshape(-1, rank)
    return np.ascontiguousarray(rows[np.argsort(table["id"].to_numpy())], dtype=np.float32)
