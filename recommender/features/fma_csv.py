"""FMA's features.csv: the 518 librosa features of every track."""

from pathlib import Path

from recommender.features.columns import FMA_COLUMNS
from recommender.features.csv_table import Report
from recommender.features.fma_import import import_table


def import_features(path: Path, *, report: Report | None = None) -> int:
    """As `import_table`; `report(line, column, value)` is called for each row that is skipped because it is bad."""
    return import_table(path, "fma", FMA_COLUMNS, report)
