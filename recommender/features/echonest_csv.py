"""FMA's echonest.csv: what Echo Nest (since Spotify) heard in 13,129 tracks; its eight audio features are taken."""

from pathlib import Path

from recommender.features.columns import ECHONEST_COLUMNS
from recommender.features.csv_table import Report
from recommender.features.fma_import import import_table


def import_echonest(path: Path, *, report: Report | None = None) -> int:
    """As `import_table`; `report(line, column, value)` is called for each row that is skipped because it is bad."""
    return import_table(path, "echonest", ECHONEST_COLUMNS, report)
