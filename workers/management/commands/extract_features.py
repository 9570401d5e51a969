"""`manage.py extract_features`: the features of all tracks that have none, of their audio."""

import os
import time
from argparse import ArgumentParser
from concurrent.futures.process import BrokenProcessPool

from django.core.management.base import CommandError
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from recommender.features.extraction import FAMILY, Summary, extract_missing
from recommender.features.quarantine import retry
from recommender.features.status import waiting_for_features
from recommender.features.store import FeatureStore, FeatureStoreUnavailable, feature_store
from streaming.management.base import DatabaseCommand

# Seconds between two looks at what other workers still have.
WAIT = 1.0
# What a shell takes for a command that was interrupted.
INTERRUPTED = 130


class Command(DatabaseCommand):
    help = (
        "Analyses the audio of every playable track that has no features yet, until none is missing. May run on "
        "several machines at once, and beside the service. Safe to interrupt and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="files analysed at a time (default: a core each)"
        )
        parser.add_argument("--limit", type=int, help="stop after so many tracks")
        parser.add_argument(
            "--retry", action="store_true", help="first take all tracks out of quarantine, to try them again"
        )

    def handle(self, *, processes: int, limit: int | None, retry: bool, **options: object) -> None:
        for name, value in (("--processes", processes), ("--limit", limit)):
            if value is not None and value < 1:
                raise CommandError(f"{name} {value}: at least 1 is needed")
        summary = Summary()
        try:
            store = feature_store()
            if retry:
                self._retry(store)
            self._extract(store, processes, limit, summary)
        except FeatureStoreUnavailable as error:
            raise CommandError(f"{_so_far(summary)}. {error}") from error
        except BrokenProcessPool as error:
            raise CommandError(
                f"{_so_far(summary)}. Processes end before their first file: is memory short?"
            ) from error
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. {_so_far(summary)}", returncode=INTERRUPTED) from None
        self.stdout.write(_report(summary, processes))

    def _retry(self, store: FeatureStore) -> None:
        self.stdout.write(f"taken out of quarantine: {retry(store, FAMILY):,}")

    def _extract(self, store: FeatureStore, processes: int, limit: int | None, summary: Summary) -> None:
        waiting = waiting_for_features(store)
        total = waiting if limit is None else min(limit, waiting)
        with tqdm(total=total, unit="track", disable=None) as bar, logging_redirect_tqdm():
            while True:
                left = None if limit is None else limit - summary.tracks
                extract_missing(processes=processes, limit=left, summary=summary, on_track=bar.update)
                if (limit and summary.tracks >= limit) or not store.missing(FAMILY, 1):
                    return
                # Another worker has what is left; should it die, it is ours a moment later.
                bar.set_postfix_str("waiting for another worker")
                time.sleep(WAIT)


def _so_far(summary: Summary) -> str:
    done = f"{summary.tracks:,} {'track is' if summary.tracks == 1 else 'tracks are'} done"
    return f"{done} and kept; the same command goes on from there"


def _report(summary: Summary, processes: int) -> str:
    lines = [f"analysed: {summary.analysed:,}"]
    if summary.tracks:
        seconds = summary.seconds / summary.tracks
        lines.append(f"seconds: {summary.seconds:.1f}, {seconds:.2f} a clip ({processes} at a time)")
    if summary.problems:
        lines.append(f"without features: {summary.problems.total():,} (--retry tries them again)")
        lines += [f"  {count:,}: {reason}" for reason, count in summary.problems.most_common()]
    return "\n".join(lines)
