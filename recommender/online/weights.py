"""What each source counts in the blend: as learned from held-out plays, and as begun with where nothing was learned.

Held-out plays teach nothing in three cases: of a model that has come since, or that is not weighed (popularity by
genre); of a listener of whom little is known, as all who teach have a history; and of a track that nobody has played,
which is in no held-out play. Only there does what a source begins with hold.
"""

from collections.abc import Mapping, Sequence

from recommender.online.sources import Kind, Source

# To begin with: what the models of one kind share among them, for a listener of whom much is known. Character comes on
# top of the others, as few tracks have what it takes: FMA has it of one in eight.
BEGUN_WITH = {Kind.LISTENERS: 0.6, Kind.SOUND: 0.3, Kind.POPULARITY: 0.1, Kind.CHARACTER: 0.1}
# What a source does not know of a listener's taste yet is taken from what sounds alike and what is popular: a source
# that speaks from listeners counts half when it knew interactions of this weight (a finished play is 1).
HALF_KNOWN = 5.0


def weights(sources: Sequence[Source], learned: Mapping[str, float]) -> list[float]:
    """One weight a source; `learned` are weights by the algorithm's name, empty before any were learned.

    They divide among the sources that they name what these begin with together.
    """
    kinds = [source.kind for source in sources]
    whole = _divided(sources, begun_with(sources), learned)
    known = [_known(source) for source in sources]
    missing = sum(weight * (1.0 - share) for weight, share in zip(whole, known, strict=True))
    return [
        weight * share + missing * _stand_in(kind, kinds)
        for kind, weight, share in zip(kinds, whole, known, strict=True)
    ]


def begun_with(sources: Sequence[Source]) -> list[float]:
    """The weight of each source as long as nothing is learned, of a listener who is known well."""
    kinds = [source.kind for source in sources]
    return [BEGUN_WITH[kind] / kinds.count(kind) for kind in kinds]


def _divided(sources: Sequence[Source], begun: list[float], learned: Mapping[str, float]) -> list[float]:
    judged = [learned.get(source.algorithm) for source in sources]
    total = sum(weight for weight in judged if weight is not None)
    if total <= 0:
        return begun
    shared = sum(weight for weight, own in zip(begun, judged, strict=True) if own is not None)
    return [weight if own is None else shared * own / total for weight, own in zip(begun, judged, strict=True)]


def _known(source: Source) -> float:
    return source.evidence / (source.evidence + HALF_KNOWN) if source.kind is Kind.LISTENERS else 1.0


def _stand_in(kind: Kind, kinds: Sequence[Kind]) -> float:
    """The share of what is missing that a source of this kind takes over."""
    if kind is Kind.LISTENERS:
        return 0.0
    return BEGUN_WITH[kind] / kinds.count(kind) / (BEGUN_WITH[Kind.SOUND] + BEGUN_WITH[Kind.POPULARITY])
