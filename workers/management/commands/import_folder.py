"""`manage.py import_folder DIR`: one's own audio files, by their tags."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from tqdm import tqdm

from streaming.imports.failure import ImportFailed
from streaming.imports.folder import FolderImport
from streaming.imports.report import Report
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = (
        "Imports the MP3, FLAC, Ogg, Opus, M4A and WAV files below DIR, by their tags. Safe to repeat and to interrupt."
    )

    # The checks load every page and its libraries, which an import does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *, folder: Path, **options: object) -> None:
        with Report("import-folder") as report:
            try:
                files = FolderImport(folder, report)
                with tqdm(total=len(files.paths), unit="file", disable=None) as bar:
                    files.run(read=bar.update)
            except ImportFailed as error:
                raise CommandError(str(error)) from error
            finally:
                if report.counts or report.problems:
                    self.stdout.write(report.summary())
            if not files.paths:
                self.stdout.write(f"No audio files in {folder}: it looks for MP3, FLAC, Ogg, Opus, M4A and WAV")
