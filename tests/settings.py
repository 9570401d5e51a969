"""The service's own settings, with state of their own and without what needs `collectstatic` first."""

import os

os.environ.setdefault("VAR_DIR", "var/tests")

from musicapp.settings import *  # noqa: E402, F403
from musicapp.settings import MIDDLEWARE, STORAGES

MIDDLEWARE.remove("servestatic.middleware.ServeStaticMiddleware")
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Quick on purpose: the tests' passwords guard nothing.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
