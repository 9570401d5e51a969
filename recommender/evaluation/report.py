"""A comparison of models, as a table to read and as JSON to compute with."""

import json
from collections.abc import Sequence
from pathlib import Path

from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.compare import Judged
from recommender.evaluation.ranking import NOTHING

# Which metric decides, where one has to.
LEADING = "ndcg"


def as_dict(judged: Sequence[Judged], cutoffs: Sequence[int]) -> dict:
    """For each model and cut-off the mean and the 95% interval of each metric; leads are over the first model."""
    return {
        one.name: {
            "fit_seconds": round(one.fit_seconds, 2),
            "rank_seconds": round(one.rank_seconds, 2),
            **{f"@{k}": _at(one, judged[0], k) for k in cutoffs},
        }
        for one in judged
    }


def as_json(judged: Sequence[Judged], cutoffs: Sequence[int], **about: object) -> str:
    return json.dumps({**about, "models": as_dict(judged, cutoffs)})


def as_table(judged: Sequence[Judged], cutoffs: Sequence[int]) -> str:
    """A block a cut-off, a column a model: the mean ± half the width of its interval."""
    return "\n\n".join(_block(judged, k) for k in cutoffs)


def write_recommendations(path: Path, judged: Judged, listeners: Sequence[int]) -> None:
    """A line a listener: its number, then the items offered, the best first, with spaces between."""
    with path.open("w", encoding="utf-8") as file:
        for listener, items in zip(listeners, judged.ranked.tolist(), strict=True):
            file.write(" ".join(str(one) for one in (listener, *(item for item in items if item != NOTHING))) + "\n")


def _at(one: Judged, first: Judged, k: int) -> dict[str, object]:
    found: dict[str, object] = {name: _rounded(vars(value)) for name, value in one.intervals(k).items()}
    found |= _rounded(one.beyond[k])
    if one is not first:
        found[f"{LEADING}_lead"] = _rounded(vars(one.lead(first, k, LEADING)))
    return found


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 5) for name, value in values.items()}


def _block(judged: Sequence[Judged], k: int) -> str:
    columns = [
        [one.name, *(_with_noise(found) for found in one.intervals(k).values())]
        + [f"{value:.4f}" for value in one.beyond[k].values()]
        for one in judged
    ]
    names = [f"@{k}", *judged[0].accuracy[k], *judged[0].beyond[k]]
    widths = [max(map(len, column)) + 2 for column in (names, *columns)]
    rows = zip(names, *columns, strict=True)
    return "\n".join(
        f"{row[0]:<{widths[0]}}" + "".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def _with_noise(found: Interval) -> str:
    return f"{found.mean:.4f} ± {(found.high - found.low) / 2:.4f}"
