"""`manage.py etl_status`: how far features, transform and index are."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timesince import timesince, timeuntil

from recommender.features.status import ContentModel, Family, Status, status
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Tells how many tracks are analysed, wait or failed and why, and which transform and index are in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one line of JSON")

    def handle(self, *, json: bool, **options: object) -> None:
        now = status()
        self.stdout.write(_as_json(now) if json else "\n".join(_lines(now)))
        if now.problem:
            raise CommandError(f"the feature store is not to be had: {now.problem}")


def _as_json(now: Status) -> str:
    return json.dumps(now.as_dict(), cls=DjangoJSONEncoder)


def _lines(now: Status) -> Iterator[str]:
    tracks = now.catalogue
    yield f"tracks: {tracks.tracks:,}"
    yield f"  playable: {tracks.playable:,}, without audio: {tracks.absent:,}, broken: {tracks.broken:,}"
    yield f"feature store: {now.store}"
    for family in now.families:
        yield from _family(family)
    for model in now.models:
        yield from _model(model)


def _family(family: Family) -> Iterator[str]:
    yield ""
    yield f"features “{family.name}” ({family.label})"
    yield f"  tracks with them: {family.with_features:,}" + (
        f", the last one {_plain(timesince(family.newest))} ago" if family.newest else ""
    )
    if family.waiting is not None:
        yield f"  waiting: {family.waiting:,}, being analysed now: {family.analysing:,}"
        left = f", {_plain(timeuntil(family.ready_at))} left" if family.ready_at else ""
        yield f"  speed: {family.a_minute:,.0f} a minute{left}"
    yield f"  quarantined: {family.quarantined:,}"
    yield from (f"    {count:,}: {reason}" for reason, count in family.reasons.items())


def _model(model: ContentModel) -> Iterator[str]:
    yield ""
    yield f"model “{model.algorithm}” ({model.label})"
    if model.version is None:
        yield "  not trained yet"
    else:
        yield f"  run {model.version}, built {_plain(timesince(model.built_at))} ago"
        yield from (f"  {label}: {value}" for label, value in model.labelled)
    if model.newer is not None:
        yield f"  tracks newer than it: {model.newer:,}"
    if model.warning:
        yield f"  warning: {model.warning}"
    if model.failure:
        yield f"  the last training failed: {model.failure}"


def _plain(text: str) -> str:
    """Without the spaces that keep a page from breaking a line."""
    return text.replace("\xa0", " ")
