"""`manage.py evaluate`: models side by side on held-out plays."""

import inspect
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from django.core.management.base import CommandError

from recommender import spark
from recommender.algorithms.blend import Blend
from recommender.algorithms.likeness import BY_FEATURES
from recommender.algorithms.registry import SCORERS, SERVED
from recommender.algorithms.scorer import Scorer
from recommender.artefacts import published_run
from recommender.evaluation import features, files, plays, report
from recommender.evaluation.compare import Judged, compare
from recommender.evaluation.presets import PRESETS, Preset
from recommender.evaluation.ranking import NOTHING
from recommender.histories import Histories
from recommender.management.requirements import require_in_common, require_place
from recommender.pipeline.prepare import Prepared, prepare
from recommender.pipeline.read import read
from streaming.lake import LakeUnavailable
from streaming.management.base import DatabaseCommand

PRESET = "preset"


class Command(DatabaseCommand):
    help = (
        "Judges models on plays held out: full ranking, what the training part holds is not offered again. On our own "
        "plays, the last fifth by time, with each model's parameters in use, those by features with their vectors in "
        "use; or on files, a line a listener: --train F [--valid F] --test F, which have no features. A preset is the "
        "configuration chosen for a public data set."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, help="what models are fitted on")
        parser.add_argument("--valid", type=Path, help="fitted on too where the preset's protocol has it so")
        parser.add_argument("--test", type=Path, help="what they have to find")
        parser.add_argument("--format", choices=files.FORMATS, help="lightgcn, or sequences (items in order of time)")
        parser.add_argument("--preset", choices=list(PRESETS), help="the configuration chosen for this data set")
        parser.add_argument(
            "--model",
            action="append",
            choices=[PRESET, *SCORERS],
            help="only this one; may be given more than once (default: the preset's, or all without one)",
        )
        parser.add_argument("--k", type=int, nargs="+", default=[10, 20], help="cut-offs (default: 10 20)")
        parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
        parser.add_argument(
            "--write-recommendations",
            type=Path,
            metavar="FILE",
            help="a line a listener: its number, then the ranked items of the first model",
        )

    def needs_tables(self, options: dict) -> bool:
        return not _on_files(options)

    def handle(self, **options) -> None:
        cutoffs = sorted(set(options["k"]))
        if cutoffs[0] < 1:
            raise CommandError(f"--k {cutoffs[0]}: at least 1 is needed")
        on_files = _on_files(options)
        require_place(options["write_recommendations"])
        part = _of_files(options) if on_files else _of_own_plays(options["model"])
        # Started once, for those that need it.
        with spark.kept():
            judged = _compared(part, cutoffs)
        if path := options["write_recommendations"]:
            report.write_recommendations(path, part.named(judged[0]), part.listeners)
        if options["json"]:
            self.stdout.write(report.as_json(judged, cutoffs, **part.about))
        else:
            if not on_files:
                self.stdout.write(_in_words(part.about))
            self.stdout.write(report.as_table(judged, cutoffs))


@dataclass(frozen=True)
class _Part:
    """What is judged on what; `listeners` and `items` (None for their own numbers) name who and what they are."""

    fits: dict[str, Callable[[], Scorer]]
    given: Histories
    truth: Histories
    listeners: Sequence[object]
    about: dict[str, object]
    items: np.ndarray | None = None

    def named(self, judged: Judged) -> Judged:
        if self.items is None:
            return judged
        return replace(judged, ranked=np.append(self.items, NOTHING)[judged.ranked])


def _compared(part: _Part, cutoffs: list[int]) -> list[Judged]:
    try:
        return compare(part.fits, part.given, part.truth, cutoffs)
    except (ValueError, FloatingPointError, RuntimeError) as error:
        # What fits say of data that they cannot learn from, and Spark of what it lacks.
        raise CommandError(str(error)) from error


def _on_files(options: dict) -> bool:
    return any(options[name] for name in ("train", "valid", "test", "format", "preset"))


def _of_files(options: dict) -> _Part:
    preset = PRESETS.get(options["preset"])
    train, truth, listeners = _read(preset, options)
    about = {"listeners": len(train), "with_held_out": int((truth.lengths > 0).sum()), "items": train.n_items}
    fits = _models(preset, options["model"], train)
    return _Part(fits, train, truth, listeners, {"preset": options["preset"]} | about)


def _of_own_plays(names: list[str] | None) -> _Part:
    by_features = features.in_use()
    names = list(dict.fromkeys(names or (*SERVED, *by_features)))
    if PRESET in names:
        raise CommandError(f"--model {PRESET} needs --preset, one of {', '.join(PRESETS)}")
    if untrained := [name for name in names if name in BY_FEATURES and name not in by_features]:
        raise CommandError(f"--model {untrained[0]}: {features.NOT_IN_USE.format(name=untrained[0])}")
    try:
        prepared = prepare(read())
        held = plays.held_out(prepared)
    except (LakeUnavailable, plays.NothingToHoldOut) as error:
        raise CommandError(str(error)) from error
    fits = {name: _fit_on_plays(name, held.train) for name in names}
    about = {
        **held.about(),
        "listeners_in_all": len(prepared.listener_ids),
        "tracks": len(prepared.track_ids),
        "plays": prepared.plays,
        "dropped": prepared.dropped | held.dropped,
    }
    return _Part(fits, held.given, held.truth, held.listener_ids, about, prepared.track_ids)


def _fit_on_plays(name: str, train: Prepared) -> Callable[[], Scorer]:
    if name in BY_FEATURES:
        return partial(features.fitted, name, train.histories, train.track_ids)
    if name == Blend.name:
        parts = {one: part.fit for one, part in Blend.PARTS.items()} | features.parts(train.track_ids)
        return partial(Blend.fit, train.histories, parts=parts)
    return partial(plays.fitted, SCORERS[name], train, **_in_use(name))


def _in_use(name: str) -> dict[str, float]:
    """The parameters of the run in use; the model's own before there is one."""
    run = published_run(name)
    wanted = inspect.signature(SCORERS[name].fit).parameters
    takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in wanted.values())
    return {key: value for key, value in run.params.items() if takes_any or key in wanted} if run else {}


def _in_words(about: dict) -> str:
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in about["dropped"].items() if count) or "nothing"
    return (
        f"{about['plays']:,} plays of {about['listeners_in_all']:,} listeners and {about['tracks']:,} tracks; held out "
        f"is what came since {about['held_out_since']}: {about['held_out']:,} tracks that {about['listeners']:,} "
        f"listeners came to prefer.\nLeft out: {dropped}.\n"
    )


def _read(preset: Preset | None, options: dict) -> tuple[Histories, Histories, list[int]]:
    if not (options["train"] and options["test"]):
        raise CommandError(f"--train and --test go together; of each, {files.FORM}")
    if preset and options["format"] not in (None, preset.format):
        raise CommandError(f"--format {options['format']}: the preset {options['preset']} is for {preset.format}")
    paths = [options["train"], options["test"], *([options["valid"]] if options["valid"] else [])]
    try:
        (train, truth, *valid), listeners = files.read(*paths)
    except ValueError as error:
        raise CommandError(str(error)) from None
    require_in_common(train, truth, options["train"], options["test"])
    return (preset.given(train, valid[0]) if preset and valid else train), truth, listeners


def _models(preset: Preset | None, names: list[str] | None, train: Histories) -> dict[str, Callable[[], Scorer]]:
    names = list(dict.fromkeys(names or ([PRESET] if preset else SERVED)))
    if PRESET in names and preset is None:
        raise CommandError(f"--model {PRESET} needs --preset, one of {', '.join(PRESETS)}")
    if by_features := [name for name in names if name in BY_FEATURES]:
        raise CommandError(
            f"--model {by_features[0]} needs the features of tracks, which files of plays do not have; without files "
            f"it is judged on our own plays"
        )
    return {name: partial(preset.fit if name == PRESET else SCORERS[name].fit, train) for name in names}
