"""`manage.py download_fma [DIR] --subset small`: the Free Music Archive's data set from its server."""

from argparse import ArgumentParser
from pathlib import Path

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streaming.imports.download.archives import BASE_URL, METADATA, SUBSETS
from streaming.imports.download.fma import FmaDownload
from streaming.imports.download.progress import progress_on
from streaming.imports.failure import ImportFailed
from streaming.imports.report import Report


class Command(BaseCommand):
    help = (
        "Downloads FMA's metadata and the audio of a subset to DIR, checks both against the published SHA-1 sums, and "
        "unpacks them for import_fma. Safe to repeat and to interrupt: it goes on where it was."
    )

    # The checks load every page and its libraries, which a download does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", metavar="DIR", type=Path, nargs="?", help="default: fma in VAR_DIR; made where there is none"
        )
        parser.add_argument(
            "--subset", choices=SUBSETS, help="8,000, 25,000 or 106,574 clips of 30 s, or all recordings whole"
        )
        parser.add_argument("--metadata-only", action="store_true", help="the tables, without audio")
        parser.add_argument("--base-url", metavar="URL", default=BASE_URL, help="of a mirror; default: %(default)s")
        parser.add_argument("--keep-archives", action="store_true", help="keep the zip files when they are unpacked")

    def handle(
        self,
        *,
        folder: Path | None,
        subset: str | None,
        metadata_only: bool,
        base_url: str,
        keep_archives: bool,
        **options: object,
    ) -> None:
        if not (subset or metadata_only):
            raise CommandError(f"Name what to download: --subset {'|'.join(SUBSETS)}, or --metadata-only")
        _check_address(base_url)
        folder = folder or settings.VAR_DIR / "fma"
        with Report("download-fma") as report:
            download = FmaDownload(
                folder,
                [METADATA] if metadata_only else [METADATA, SUBSETS[subset]],
                base_url=base_url,
                keep_archives=keep_archives,
                progress=progress_on(self.stderr),
                say=self.stdout.write,
                problem=report.problem,
            )
            self._run(download, report)
        self.stdout.write(f"Next: .venv/bin/python manage.py import_fma {folder}")

    def _run(self, download: FmaDownload, report: Report) -> None:
        try:
            download.run()
        except ImportFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error}. What is there is kept; run the same command again to go on") from error
        except KeyboardInterrupt as stop:
            raise CommandError(
                f"Stopped. What is in {download.folder} is kept: run the same command again to go on", returncode=130
            ) from stop
        finally:
            if report.problems:
                self.stdout.write(report.summary())


def _check_address(base_url: str) -> None:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise CommandError(f"--base-url {base_url!r}: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise CommandError(f"--base-url {base_url!r}: an address such as {BASE_URL} is needed")
