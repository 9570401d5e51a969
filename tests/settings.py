"""The service's own settings, with state of their own and without what needs `collectstatic` first."""

import os
from pathlib import Path

os.environ.setdefault("VAR_DIR", "var/tests")
# Some tests call librosa themselves: their processes must not compile its kernels into one cache at the same time.
os.environ["NUMBA_CACHE_DIR"] = str(
    Path("var/tests", f"numba-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}").resolve()
)

from musicapp.settings import *  # noqa: E402, F403
from musicapp.settings import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Quick on purpose: the tests' passwords guard nothing.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
