"""Requests to a service whose database is out of reach."""

import json
import os
import subprocess
import sys

import pytest

from tests.service import PROJECT

ASKING = """
import json, sys
import django
django.setup()
from django.test import Client
answer = Client(raise_request_exception=False).get(sys.argv[1], HTTP_HOST="localhost")
print(json.dumps([answer.status_code, dict(answer.headers), answer.content.decode()]))
"""


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/v1/recommendations/", "application/json")])
def test_it_is_said_that_the_database_is_away(tmp_path, path, kind):
    nowhere = f"sqlite:///{tmp_path}/no-such-folder/db.sqlite3"
    environment = {"DJANGO_SETTINGS_MODULE": "musicapp.settings", "VAR_DIR": str(tmp_path), "DATABASE_URL": nowhere}
    asked = subprocess.run(
        [sys.executable, "-c", ASKING, path],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    status, headers, body = json.loads(asked.stdout)
    assert (status, headers["Retry-After"]) == (503, "5")
    assert headers["Content-Type"].startswith(kind)
    assert "database does not answer" in body
