"""What SQLite and PostgreSQL take differently, tested on a real PostgreSQL: the tests are those that SQLite passes."""

import os
import subprocess
import sys

import pytest

from tests.service import PROJECT

pytestmark = pytest.mark.services

# Types that the driver must know, upserts, locks, JSON, text search, orders and plans; all else is Django's to know.
WHERE_THEY_DIFFER = [
    "tests/streaming/search",
    "tests/streaming/test_history.py",
    "tests/streaming/test_listeners.py",
    "tests/streaming/pages/test_accounts.py",
    "tests/streaming/pages/test_queries.py",
    "tests/recommender/test_store.py",
    "tests/recommender/radio",
    "tests/contracts/test_event_log.py",
]


def test_the_same_tests_pass_on_postgresql(stack, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not kafka", *WHERE_THEY_DIFFER],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": stack.postgres.url("suite"), "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
