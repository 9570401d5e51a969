"""Every algorithm that is fitted on histories, by its name."""

from recommender.algorithms.blend import Blend
from recommender.algorithms.cosine_softmax import CosineSoftmax
from recommender.algorithms.ease import Ease
from recommender.algorithms.factorisation import Factorisation
from recommender.algorithms.graph_filter import GraphFilter
from recommender.algorithms.implicit_als import ImplicitAls
from recommender.algorithms.likeness import BY_FEATURES
from recommender.algorithms.most_popular import MostPopular
from recommender.algorithms.next_item import NextItem
from recommender.algorithms.reranked import Reranked
from recommender.algorithms.scorer import Scorer
from recommender.algorithms.sequence import Sequence
from recommender.algorithms.spectral import Spectral

SCORERS: dict[str, type[Scorer]] = {
    scorer.name: scorer
    for scorer in (
        MostPopular,
        Ease,
        GraphFilter,
        Spectral,
        ImplicitAls,
        CosineSoftmax,
        Sequence,
        NextItem,
        Reranked,
        Factorisation,
        Blend,
        *BY_FEATURES.values(),
    )
}

# Those that the service learns from plays: what is compared where no model is named, beside those by features.
SERVED = tuple(scorer.name for scorer in (MostPopular, Ease, Sequence, Factorisation, Blend))
