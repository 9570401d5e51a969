"""`manage.py import_spotify FILE`: Spotify's audio features of songs, with or without their audio."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from tqdm import tqdm

from recommender.features.spotify_csv import SpotifyImport
from recommender.features.store import FeatureStoreUnavailable
from streaming.imports.failure import ImportFailed
from streaming.imports.report import Report
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = (
        "Imports Spotify's features (danceability, energy, tempo …) of the songs of a CSV file. Songs that the "
        "catalogue does not have are added without audio. Safe to repeat and to interrupt."
    )

    # The checks load every page and its libraries, which an import does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--match-only", action="store_true", help="add no song that the catalogue does not have")

    def handle(self, *, file: Path, match_only: bool, **options: object) -> None:
        with Report("import-spotify") as report:
            try:
                self._import(file, report, match_only)
            except (ImportFailed, FeatureStoreUnavailable, ImproperlyConfigured) as error:
                raise CommandError(str(error)) from error
            finally:
                if report.counts or report.problems:
                    self.stdout.write(report.summary())

    def _import(self, file: Path, report: Report, match_only: bool) -> None:
        songs = SpotifyImport(file, report, match_only=match_only)
        with tqdm(total=file.stat().st_size, unit="B", unit_scale=True, desc=file.name, disable=None) as bar:
            songs.run(read=bar.update)
        if not report.counts:
            self.stdout.write(f"No songs in {file}")
        for kind, examples in sorted(songs.examples.items()):
            self.stdout.write(f"{kind}, such as:")
            self.stdout.writelines(f"  {example}\n" for example in examples)
