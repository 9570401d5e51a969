"""Features that FMA published beside its tracks, taken into the feature store."""

from pathlib import Path

from recommender.features.csv_table import FmaCsvTable, Report
from recommender.features.store import feature_store
from streaming.models import Track


def import_table(path: Path, family: str, columns: tuple[tuple[str, str, str], ...], report: Report | None) -> int:
    """Keep the columns as vectors of a family; returns how many tracks of the catalogue now have theirs.

    Tracks that the catalogue does not have are passed over. The same import twice changes nothing, and one that was
    stopped is finished by the next. Raises FileNotFoundError, and ValueError for a header that is not FMA's.
    """
    table = FmaCsvTable(path, columns, report)
    tracks = dict(Track.objects.exclude(fma_id=None).values_list("fma_id", "pk"))
    store = feature_store()
    return sum(
        store.put(
            family, {tracks[fma_id]: row for fma_id, row in zip(ids.tolist(), rows, strict=True) if fma_id in tracks}
        )
        for ids, rows in table.blocks()
    )
