"""`manage.py copy_features FROM TO`: what one feature store has, into another."""

from argparse import ArgumentParser

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from tqdm import tqdm

from recommender.features.columns import WIDTHS
from recommender.features.copying import compare, copy
from recommender.features.store import FeatureStore, FeatureStoreUnavailable, feature_store
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = (
        "Copies the features of all tracks, and the reasons why others have none, from one feature store to another: "
        "FROM and TO are URLs as FEATURE_STORE_URL is, for example embedded: and mongodb://127.0.0.1/fma. What TO has "
        "of the same tracks is replaced. Safe to repeat and to interrupt."
    )

    # The checks load every page and its libraries, which a copy does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM")
        parser.add_argument("target", metavar="TO")

    def handle(self, *, source: str, target: str, **options: object) -> None:
        stores = _store("FROM", source), _store("TO", target)
        if stores[0].name == stores[1].name:
            raise CommandError(f"FROM and TO are the same store, {stores[0].name}")
        try:
            for family in WIDTHS:
                self._copy(family, *stores)
        except FeatureStoreUnavailable as error:
            raise CommandError(f"{error}. What was copied stays: run the same command again to go on") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was copied stays: run the same command again to go on") from None
        finally:
            for store in stores:
                store.close()

    def _copy(self, family: str, source: FeatureStore, target: FeatureStore) -> None:
        counts = source.counts(family)
        total = counts.vectors + counts.problems
        with tqdm(total=total, unit=" tracks", desc=f"{family}, copied", disable=None) as bar:
            copy(source, target, family, progress=bar.update)
        with tqdm(total=total, unit=" tracks", desc=f"{family}, compared", disable=None) as bar:
            result = compare(source, target, family, progress=bar.update)
        self.stdout.write(f"{family}: {result.vectors} vectors and {result.problems} problems are in {target.name}")
        if result.unknown:
            self.stdout.write(f"{family}: {result.unknown} left out, of tracks that the catalogue does not have")
        if result.different:
            raise CommandError(
                f"{family}: {result.different} tracks differ, as something else wrote meanwhile: "
                "run the same command again"
            )


def _store(role: str, url: str) -> FeatureStore:
    try:
        return feature_store(url)
    except ImproperlyConfigured as error:
        raise CommandError(f"{role}: {error}") from error
