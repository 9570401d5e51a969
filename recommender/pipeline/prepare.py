"""Second stage: interactions that a model can learn from.

A listener who preferred nothing says nothing of what goes together, and a track that nobody preferred cannot be
recommended by its listeners. Both would also leave ALS with an equation that has no regularisation (Spark scales it by
the number of preferences), and so none or many solutions. Both are left out.
"""

import numpy as np

from recommender.interactions import Interactions


def prepare(interactions: Interactions) -> Interactions:
    """Only listeners and tracks with a positive weight; what is left is numbered anew, without gaps."""
    positive = interactions.weights > 0
    # Once is enough: leaving out a listener with no preference takes no preference from any track.
    has_preference = np.zeros(len(interactions.listener_ids), dtype=bool)
    has_preference[interactions.rows[positive]] = True
    is_preferred = np.zeros(len(interactions.track_ids), dtype=bool)
    is_preferred[interactions.columns[positive]] = True
    kept = has_preference[interactions.rows] & is_preferred[interactions.columns]
    listeners, rows = np.unique(interactions.rows[kept], return_inverse=True)
    tracks, columns = np.unique(interactions.columns[kept], return_inverse=True)
    return Interactions(
        [interactions.listener_ids[row] for row in listeners],
        interactions.track_ids[tracks],
        rows,
        columns,
        interactions.weights[kept],
        interactions.plays,
    )
