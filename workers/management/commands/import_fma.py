"""`manage.py import_fma DIR`: the Free Music Archive's data set in its official layout."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from tqdm import tqdm

from recommender.features.echonest_csv import import_echonest
from recommender.features.fma_csv import import_features
from streaming.imports.failure import ImportFailed, clear_failures
from streaming.imports.fma import BATCH_SIZE, METADATA, FmaImport
from streaming.imports.report import Report
from streaming.management.base import DatabaseCommand

FEATURE_FILES = {"features.csv": import_features, "echonest.csv": import_echonest}


class Command(DatabaseCommand):
    help = (
        "Imports FMA's data set: DIR holds fma_metadata (tracks.csv, genres.csv and, where present, features.csv and "
        "echonest.csv) and any of fma_small, fma_medium, fma_large and fma_full. Safe to repeat and to interrupt."
    )

    # The checks load every page and its libraries, which an import does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="tracks saved in one transaction")

    def handle(self, *, folder: Path, batch_size: int, **options: object) -> None:
        if batch_size < 1:
            raise CommandError(f"--batch-size {batch_size}: at least 1 is needed")
        with Report("import-fma") as report:
            try:
                self._import(folder, report, batch_size)
            except ImportFailed as error:
                raise CommandError(str(error)) from error
            finally:
                if report.counts or report.problems:
                    self.stdout.write(report.summary())

    def _import(self, folder: Path, report: Report, batch_size: int) -> None:
        catalogue = FmaImport(folder, report, batch_size=batch_size)
        size = catalogue.track_table.path.stat().st_size
        with tqdm(total=size, unit="B", unit_scale=True, desc="tracks.csv", disable=None) as bar:
            catalogue.run(read=bar.update)
        for name, import_file in FEATURE_FILES.items():
            path = folder / METADATA / name
            if path.exists():
                with clear_failures():
                    self._import_features(import_file, path, report)

    def _import_features(self, import_file, path: Path, report: Report) -> None:
        def problem(line: int, column: str, value: str) -> None:
            report.problem(f"{path.name}, line {line}, column {column}", f"{value!r} does not parse (row skipped)")

        self.stderr.write(f"{path.name} …")
        try:
            report.counts[f"tracks with features of {path.name}"] = import_file(path, report=problem)
        except ValueError as error:
            raise ImportFailed(f"The catalogue is imported, the features are not. {error}") from error
