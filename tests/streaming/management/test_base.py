"""Every command of ours, run where nothing was ever migrated."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import get_commands

from tests.service import PROJECT

ARGUMENTS = {
    "copy_features": ["embedded:", "embedded:"],
    "import_fma": ["."],
    "import_folder": ["."],
    "import_spotify": ["songs.csv"],
    "rollback": ["als"],
    "tune": ["als", "--trials", "1"],
}
# They look for no table.
WITHOUT_TABLES = {"create_topics", "download_fma"}
# They wait for their tables, and say so.
WAITING = {"consume", "write_lake", "answer_requests"}
TRY_ALL = """
import json, sys
import django
django.setup()
from django.core.management import CommandError, call_command
said = {}
for name, arguments in json.loads(sys.argv[1]).items():
    try:
        call_command(name, *arguments)
    except CommandError as error:
        said[name] = str(error)
print(json.dumps(said))
"""


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    return os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "musicapp.settings"}


def test_each_says_what_to_do(environment, tmp_path):
    ours = [name for name, room in get_commands().items() if room in ("workers", "recommender", "streaming")]
    wanted = {name: ARGUMENTS.get(name, []) for name in ours if name not in WITHOUT_TABLES | WAITING}
    command = [sys.executable, "-c", TRY_ALL, json.dumps(wanted)]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said) == set(wanted)
    for name, message in said.items():
        assert message.startswith(f"the database {tmp_path / 'db.sqlite3'} lacks "), name
        assert message.endswith("run manage.py migrate first"), name


def test_it_is_no_traceback(environment):
    command = [sys.executable, "manage.py", "event_log_status"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("CommandError: the database ")
