"""`manage.py tune`: real searches, kept in a real database."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from recommender.algorithms.collaborative import EaseModel
from recommender.algorithms.ease import Ease
from recommender.evaluation import tuning
from recommender.pipeline.fit import candidate
from tests.recommender.tastes import make_tastes
from tests.recommender.world import fill_lake

TRAIN = "0 0 1 2\n1 1 2 3\n2 0 2 3\n3 0 1 2 3\n10 4 5 6\n11 5 6 7\n12 4 6 7\n13 4 5 6 7\n"
VALID = "0 3\n1 0\n2 1\n10 7\n11 4\n12 5\n"


@pytest.fixture
def files(tmp_path) -> dict:
    (tmp_path / "train.txt").write_text(TRAIN)
    (tmp_path / "valid.txt").write_text(VALID)
    return {"train": tmp_path / "train.txt", "valid": tmp_path / "valid.txt"}


def tune(capsys, trials: int, **options) -> dict:
    call_command("tune", "ease", trials=trials, json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_a_search_goes_on_and_never_ends_below_the_defaults(files, capsys):
    first = tune(capsys, 2, **files)
    assert (first["trials"], first["failed"]) == (2, 0)
    second = tune(capsys, 3, **files)
    assert second["trials"] == 5
    assert second["default"] == first["default"]
    assert second["value"] >= first["value"] >= first["default"]
    assert set(second["params"]) == set(Ease.PARAMS)
    for name, space in Ease.PARAMS.items():
        assert space.low <= second["params"][name] <= space.high


def test_no_two_trials_are_the_same_when_a_search_goes_on(files, capsys):
    said = []
    for _ in range(3):
        call_command("tune", "ease", trials=2, **files)
        said += [line.partition(" with ")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("tr")]
    assert len(said) == len(set(said)) == 6


def test_trials_on_other_data_are_another_search(files, capsys):
    tune(capsys, 2, **files)
    files["train"] = files["train"].rename(files["train"].with_name("other.txt"))
    assert tune(capsys, 1, **files)["trials"] == 1


@pytest.mark.django_db
def test_the_best_on_our_own_plays_is_trained_with(capsys):
    make_tastes(plays=10)
    fill_lake()
    assert tuning.best("ease") == {}
    found = tune(capsys, 3)
    # The last fifth, from 20:00, is for choosing, and not for tuning.
    assert found["data"] == "own plays until 2026-03-01T20:00:00.000000"
    assert tuning.best("ease") == found["params"]
    assert candidate(EaseModel).params.items() >= found["params"].items()


@pytest.mark.django_db
def test_a_search_keeps_to_the_plays_that_it_began_with(capsys):
    make_tastes(plays=10)
    fill_lake()
    began = tune(capsys, 1)["data"]
    make_tastes(tracks=40, plays=20)
    fill_lake()
    assert tune(capsys, 1)["trials"] == 2
    anew = tune(capsys, 1, anew=True)
    assert (anew["data"] != began, anew["trials"]) == (True, 1)
    assert tuning.latest("ease") == anew["data"]


def test_what_is_broken_off_is_kept(files, capsys, tmp_path):
    """Ctrl+C in another process, after its first trial."""
    command = [sys.executable, "manage.py", "tune", "ease", "--trials", "100000"]
    command += [f"--{name}={path}" for name, path in files.items()]
    environment = os.environ | {"VAR_DIR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        assert process.stdout.readline().startswith("trial 0: ")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "broken off; the trials so far are kept" in said
    assert tune(capsys, 1, **files)["trials"] >= 2


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ("hits", {}, "'hits' is no model; one of ease"),
        ("popularity", {}, "popularity has no parameter to be tuned"),
        ("ease", {"trials": 0}, "--trials 0: at least 1 is needed"),
        ("ease", {"valid": None}, "--train and --valid go together"),
    ],
)
def test_a_wrong_argument(files, model, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("tune", model, **({"trials": 1} | files | options))


def test_a_file_that_is_not_there(files, tmp_path):
    with pytest.raises(CommandError, match="nothing.txt"):
        call_command("tune", "ease", trials=1, train=tmp_path / "nothing.txt", valid=files["valid"])
