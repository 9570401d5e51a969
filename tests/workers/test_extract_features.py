"""The command in processes of its own: stopped, killed, run again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommender.features.quarantine import quarantine
from recommender.features.store import feature_store
from tests.recommender.features.sounds import sine, write
from tests.recommender.world import make_tracks
from tests.service import PROJECT
from tests.streaming.imports.test_fma_killed import State

CLAIMS = "SELECT count(*) FROM recommender_featureclaim WHERE worker != ''"
PROBLEMS = "SELECT problem FROM recommender_trackfeatures WHERE vector IS NULL ORDER BY problem"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"processes": 0}, "--processes 0: at least 1 is needed"),
        ({"processes": -2}, "--processes -2: at least 1 is needed"),
        ({"limit": 0}, "--limit 0: at least 1 is needed"),
    ],
)
def test_wrong_numbers(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("extract_features", **options)


def test_a_word_for_a_number():
    with pytest.raises(CommandError, match="argument --processes: invalid int value: 'many'"):
        call_command("extract_features", "--processes", "many")


@pytest.mark.django_db
def test_retry_takes_all_out_of_quarantine_first(capsys):
    for track in make_tracks(2):
        quarantine(feature_store(), "fma", track.pk, "silent", broken=False)
    call_command("extract_features")
    assert capsys.readouterr().out == "analysed: 0\n"
    call_command("extract_features", "--retry", "--processes", "1")
    printed = capsys.readouterr().out
    # They have no folder: their file is gone.
    assert "taken out of quarantine: 2\nanalysed: 0\n" in printed
    assert "without features: 2 (--retry tries them again)\n  2: the file is gone" in printed


@pytest.mark.django_db
def test_a_store_that_is_away(settings):
    settings.FEATURE_STORE_URL = "mongodb://127.0.0.1:1/fma?serverSelectionTimeoutMS=100"
    with pytest.raises(CommandError, match=r"0 tracks are done and kept; .*127\.0\.0\.1:1/fma"):
        call_command("extract_features")


class Worker:
    """`extract_features` in a process of its own, at a pipe that it waits for."""

    def __init__(self, state: State, pipe: Path) -> None:
        command = [sys.executable, "manage.py", "extract_features", "--processes", "1"]
        self.process = subprocess.Popen(command, cwd=PROJECT, env=state.environment, stderr=subprocess.PIPE, text=True)
        # Blocks until a process reads it.
        self.writer = os.open(pipe, os.O_WRONLY)

    def end(self, number: int) -> tuple[int, str]:
        """Its status and what it said."""
        self.process.send_signal(number)
        errors = self.process.communicate()[1]
        os.close(self.writer)
        return self.process.returncode, errors


def test_stopped_killed_and_run_again(tmp_path):
    """One file is analysed; the other is a pipe that keeps the command busy until it is stopped."""
    music = tmp_path / "music"
    music.mkdir()
    write(music / "pipe.wav", sine(440, 2))
    write(music / "tone.wav", sine(220, 2))
    state = State(tmp_path / "var")
    assert state.manage("import_folder", str(music)).wait() == 0
    (music / "pipe.wav").unlink()
    os.mkfifo(music / "pipe.wav")

    # The newest is analysed first: the pipe was imported before the tone.
    status, said = Worker(state, music / "pipe.wav").end(signal.SIGINT)
    assert status == 130
    assert "Stopped. 1 track is done and kept; the same command goes on from there" in said
    assert state.rows(CLAIMS) == [(0,)]

    status, _ = Worker(state, music / "pipe.wav").end(signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert state.rows(CLAIMS) == [(1,)]

    # Once its lease is over, anyone may go on.
    (music / "pipe.wav").unlink()
    (music / "pipe.wav").touch()
    assert state.manage("extract_features", "--processes", "1").wait() == 0
    assert state.rows(CLAIMS) == [(0,)]
    assert state.rows(PROBLEMS) == [("the file is empty",)]
    assert state.rows("SELECT count(*) FROM recommender_trackfeatures WHERE vector IS NOT NULL") == [(1,)]
