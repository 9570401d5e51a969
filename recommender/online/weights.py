"""What each source counts in the blend: as learned from held-out plays where these can tell, else as begun with."""

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

    They divide among the sources that speak from listeners what these begin with. Held-out plays cannot judge the
    others: what is played is what was offered, and what was offered here is not what they would offer.
    """
    kinds = [source.kind for source in sources]
    whole = _divided(sources, [BEGUN_WITH[kind] / kinds.count(kind) for kind in kinds], learned)
    known = [_known(source) for source in sources]
    missing = sum(weight * (1.0 - share) for weight, share in zip(whole, known, strict=True))
    return [
        weight * share + missing * _stand_in(kind, kinds)
        for kind, weight, share in zip(kinds, whole, known, strict=True)
    ]


def _divided(sources: Sequence[Source], begun: list[float], learned: Mapping[str, float]) -> list[float]:
    judged = [learned.get(source.algorithm) if source.kind is Kind.LISTENERS else None for source in sources]
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
