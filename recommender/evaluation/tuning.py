"""The best parameters of a model, looked for where it was not fitted: Optuna's tree-structured Parzen estimator.

Bergstra et al., "Algorithms for hyper-parameter optimization" (NIPS 2011). Each trial is kept in a database in VAR_DIR
as it ends, so that a search which was broken off goes on; its first trial is the model's defaults, so that the best
found is never worse than they are. On our own plays a search keeps to the plays that it began with, or its trials could
not be compared, and it never sees the newest, by which models are chosen.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from recommender import spark
from recommender.algorithms.factorisation import Factorisation
from recommender.algorithms.scorer import ParamSpace, Scorer
from recommender.evaluation.metrics import accuracy
from recommender.evaluation.ranking import rank
from recommender.evaluation.report import LEADING
from recommender.histories import Histories

if TYPE_CHECKING:
    from optuna import Study, Trial

K = 20
SEED = 20_170_301
OWN_PLAYS = "own plays"


@dataclass(frozen=True)
class Task:
    """What a search is about. `fit` makes the model of some parameters; listeners are scored from `given`.

    `data` names what it is fitted and judged on: trials on other data are another search's.
    """

    model: type[Scorer]
    data: str
    defaults: Mapping[str, float]
    fit: Callable[[dict[str, float]], Scorer]
    given: Histories
    truth: Histories

    @property
    def name(self) -> str:
        return f"{self.model.name} on {self.data}"

    def value(self, params: dict[str, float]) -> float:
        """The mean NDCG of the listeners who have something to find."""
        ranked = rank(self.fit(params), self.given, K)
        return float(accuracy(ranked, self.truth, K)[LEADING][self.truth.lengths > 0].mean())


@dataclass(frozen=True)
class Found:
    """The best of `trials` trials, failed ones not counted; `default` is what the model's defaults reach."""

    params: dict[str, float]
    value: float
    default: float
    trials: int
    failed: int


def defaults(scorer: type[Scorer]) -> dict[str, float]:
    """The parameters that a model has of itself, or of the settings."""
    parameters = inspect.signature(scorer.fit).parameters.values()
    own = {one.name: one.default for one in parameters if isinstance(one.default, int | float)}
    return own | ({"rank": settings.ALS_RANK} if scorer is Factorisation else {})


def search(task: Task, trials: int, said: Callable[[int, float, dict[str, float]], None] = lambda *_: None) -> Found:
    """Do so many trials more. `said` hears of each: its number, its value and its parameters.

    A trial whose parameters give no model is kept as failed. Raises ValueError where no trial gave one.
    """
    # Spark is started once for all trials.
    with _study(task) as study, spark.kept():
        study.optimize(
            lambda trial: task.value(_suggested(trial, task.model.PARAMS)),
            n_trials=trials,
            catch=(ArithmeticError, ValueError),
            callbacks=[lambda _, trial: said(trial.number, trial.value, trial.params) if trial.value else None],
        )
        return _found(study, task)


def best(model: str) -> dict[str, float]:
    """The best parameters of the latest search on our own plays; none before there was one."""
    with _latest(model) as study:
        return dict(study.best_params) if study and _complete(study) else {}


def latest(model: str) -> str | None:
    """The `data` of the latest search on our own plays, None before there was one."""
    with _latest(model) as study:
        return study.study_name.removeprefix(f"{model} on ") if study else None


@contextmanager
def _latest(model: str) -> Iterator["Study | None"]:
    if not _path().exists():
        yield None
        return
    import optuna

    with _storage() as storage:
        ours = [one for one in storage.get_all_studies() if one.study_name.startswith(f"{model} on {OWN_PLAYS}")]
        if not ours:
            yield None
            return
        newest = max(ours, key=lambda one: one._study_id)
        yield optuna.load_study(study_name=newest.study_name, storage=storage)


@contextmanager
def _study(task: Task) -> Iterator["Study"]:
    import optuna
    from optuna.trial import TrialState

    with _storage() as storage:
        study = optuna.create_study(storage=storage, study_name=task.name, direction="maximize", load_if_exists=True)
        # Of a search that was killed: what it tried last is tried again.
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)
            study.enqueue_trial(trial.params, skip_if_exists=True)
        if not study.trials:
            study.enqueue_trial({name: task.defaults[name] for name in task.model.PARAMS})
        # Another seed each time, or a search that goes on would try the same again.
        study.sampler = optuna.samplers.TPESampler(seed=SEED + len(study.trials))
        yield study


@contextmanager
def _storage():
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.RDBStorage(f"sqlite:///{_path()}")
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _path() -> Path:
    return settings.VAR_DIR / "tuning.sqlite3"


def _suggested(trial: "Trial", spaces: Mapping[str, ParamSpace]) -> dict[str, float]:
    return {
        name: (trial.suggest_int if space.integer else trial.suggest_float)(name, space.low, space.high, log=space.log)
        for name, space in spaces.items()
    }


def _complete(study: "Study") -> list:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _found(study: "Study", task: Task) -> Found:
    complete = _complete(study)
    if not complete:
        raise ValueError(f"no trial of {task.name} gave a model; the last one failed, and so did all before it")
    defaults = [trial.value for trial in complete if trial.number == 0]
    return Found(
        dict(study.best_params),
        study.best_value,
        defaults[0] if defaults else float("nan"),
        len(complete),
        len(study.trials) - len(complete),
    )
