"""`manage.py tune`: look for better parameters of a model."""

import json
from argparse import ArgumentParser
from functools import partial
from pathlib import Path

import numpy as np
from django.core.management.base import CommandError

from recommender.algorithms.registry import SCORERS
from recommender.algorithms.scorer import Scorer
from recommender.evaluation import files, plays, tuning
from recommender.evaluation.plays import NothingToHoldOut
from recommender.management.requirements import require_in_common
from recommender.pipeline.prepare import prepare
from recommender.pipeline.read import read
from streaming.lake import LakeUnavailable
from streaming.management.base import DatabaseCommand

TUNABLE = [name for name, scorer in SCORERS.items() if scorer.PARAMS]


class Command(DatabaseCommand):
    help = (
        "Looks for the parameters of a model that foretell best what it was not fitted on: our own plays, but for the "
        "newest, by which models are chosen; or the files given. All trials are kept, and Ctrl+C loses none: the same "
        "command goes on. `train` takes the best found on our own plays, and puts them to use where they are better."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", help=f"one of {', '.join(TUNABLE)}")
        parser.add_argument("--trials", type=int, required=True, metavar="N", help="how many to add to those kept")
        parser.add_argument("--train", type=Path, help="instead of our own plays: what models are fitted on")
        parser.add_argument("--valid", type=Path, help="what they have to find")
        parser.add_argument("--anew", action="store_true", help="begin a new search, on our own plays as they are now")
        parser.add_argument("--json", action="store_true", help="one line of JSON with what was found")

    def needs_tables(self, options: dict) -> bool:
        return not options["train"]

    def handle(self, **options) -> None:
        task = _task(options)
        said = (lambda *_: None) if options["json"] else self._say
        try:
            found = tuning.search(task, options["trials"], said)
        except KeyboardInterrupt:
            raise CommandError("broken off; the trials so far are kept, and the same command goes on") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(
                json.dumps({"model": task.model.name, "data": task.data, "metric": "ndcg@20"} | vars(found))
            )
        else:
            self.stdout.write(
                f"best of {found.trials} trials ({found.failed} failed): NDCG@{tuning.K} {found.value:.4f} with "
                f"{_in_words(found.params)}; the defaults reach {found.default:.4f}"
            )

    def _say(self, number: int, value: float, params: dict[str, float]) -> None:
        self.stdout.write(f"trial {number}: {value:.4f} with {_in_words(params)}")


def _task(options: dict) -> tuning.Task:
    name, given = options["model"], (options["train"], options["valid"])
    if name not in SCORERS:
        raise CommandError(f"{name!r} is no model; one of {', '.join(TUNABLE)}")
    if name not in TUNABLE:
        raise CommandError(f"{name} has no parameter to be tuned; one of {', '.join(TUNABLE)} has")
    if options["trials"] < 1:
        raise CommandError(f"--trials {options['trials']}: at least 1 is needed")
    if any(given) and not all(given):
        raise CommandError(f"--train and --valid go together; of each, {files.FORM}")
    try:
        return _on_files(SCORERS[name], *given) if all(given) else _on_plays(SCORERS[name], options["anew"])
    except (ValueError, LakeUnavailable, NothingToHoldOut) as error:
        raise CommandError(str(error)) from error


def _on_files(model: type[Scorer], train: Path, valid: Path) -> tuning.Task:
    (histories, truth), _ = files.read(train, valid)
    require_in_common(histories, truth, train, valid)
    data = f"{train.resolve()} and {valid.resolve()}"
    fit = partial(_fit_on_files, model, histories)
    return tuning.Task(model, data, tuning.defaults(model), fit, histories, truth)


def _fit_on_files(model: type[Scorer], histories, params: dict[str, float]) -> Scorer:
    return model.fit(histories, **params)


def _on_plays(model: type[Scorer], anew: bool) -> tuning.Task:
    prepared = prepare(read())
    begun = None if anew else tuning.latest(model.name)
    # The newest plays are those that models are chosen by.
    until = np.datetime64(begun.rpartition(" ")[2]) if begun else plays.held_out(prepared).at
    held = plays.held_out(plays.kept(prepared, prepared.times < until))
    fit = partial(_fit_on_plays, model, held)
    return tuning.Task(model, f"{tuning.OWN_PLAYS} until {until}", tuning.defaults(model), fit, held.given, held.truth)


def _fit_on_plays(model: type[Scorer], held: plays.HeldOut, params: dict[str, float]) -> Scorer:
    return plays.fitted(model, held.train, **params)


def _in_words(params: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in params.items())
