"""`manage.py outcomes`: what became of what was recommended."""

import json
from argparse import ArgumentParser

from recommender.evaluation.outcomes import WHAT, Outcome, outcomes
from streaming.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = (
        "What listeners did with what they were recommended, by model run and shelf. An offer is one track on one kind "
        "of shelf to one listener on one day, of shelves that stood while they were listening."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, **options) -> None:
        found = outcomes()
        if options["json"]:
            self.stdout.write(_as_json(found))
        elif not found:
            self.stdout.write("nothing was recommended yet")
        for row in [] if options["json"] else found:
            self.stdout.write(_line(row))


def _as_json(found: list[Outcome]) -> str:
    return json.dumps({"outcomes": [row.as_dict() for row in found]})


def _line(row: Outcome) -> str:
    offered = "cold start" if row.offered is None else f"{row.offered} offered"
    rates = [f"{name} {rate.count}/{rate.of}" for name in WHAT if (rate := row.rates.get(name))]
    return f"{row.run} on “{row.shelf}” since {row.since:%Y-%m-%d %H:%M}: {offered}, {', '.join(rates)}"
