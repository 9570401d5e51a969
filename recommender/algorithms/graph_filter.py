"""What other listeners of a history's items have: a filter on the graph of listeners and items.

P = D_i^-½ Xᵀ D_l^-1 X D_i^-½, over the listener × item matrix X and the degrees of both its sides, is the linear filter
of GF-CF (Shen et al., "How powerful is graph convolution for recommendation?", CIKM 2021). Here each entry of P
is raised to a power below 1, which makes many weak ties count beside a few strong ones, and the items' degrees enter
before and after with exponents of their own: the higher the latter, the less what is popular is held back.
"""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.scorer import ParamSpace
from recommender.histories import Histories


class GraphFilter(ItemItem):
    name = "graph-filter"
    PARAMS: ClassVar[Mapping[str, ParamSpace]] = {
        "power": ParamSpace(0.2, 1.0),
        "before": ParamSpace(0.0, 0.5),
        "after": ParamSpace(0.0, 0.5),
    }

    @classmethod
    def fit(cls, histories: Histories, *, power: float = 0.7, before: float = 0.2, after: float = 0.1) -> Self:
        """`power` of P's entries, above 0; an item counts degree^-before in a history, degree^after as an answer."""
        if not power > 0:
            raise ValueError(f"power has to be above 0, not {power}")
        matrix = histories.preferred()
        listeners, items = (np.maximum(np.asarray(matrix.sum(axis=side)).ravel(), 1.0) for side in (1, 0))
        normal = sparse.diags_array(listeners**-0.5) @ matrix @ sparse.diags_array(items**-0.5)
        normal = sparse.csr_matrix(normal, dtype=np.float32)
        weights = sparse.csr_matrix(normal.T @ normal)
        # In place, row by row and column by column: there may be a hundred million of them.
        np.power(weights.data, np.float32(power), out=weights.data)
        weights.data *= np.repeat((items**-before).astype(np.float32), np.diff(weights.indptr))
        weights.data *= (items**after).astype(np.float32)[weights.indices]
        return cls(weights)

    def inputs(self, histories: Histories) -> sparse.csr_matrix:
        return histories.preferred()
