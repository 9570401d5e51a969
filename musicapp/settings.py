"""Django's settings, composed from the environment (`musicapp/environment.py` names every variable)."""

import os

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from musicapp.environment import PROJECT, Environment
from workers.schedule import ROUTES, SCHEDULE

# Before numpy is imported: with a thread a core, its small products wait for each other more than they compute.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

env = Environment()

VAR_DIR = env.var_dir
MODELS_DIR = VAR_DIR / "models"
MEDIA_DIR = VAR_DIR / "media"

DEBUG = env.debug
ALLOWED_HOSTS = env.hosts
try:
    SECRET_KEY = env.signing_key()
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "channels",
    "streaming",
    "recommender",
    "workers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "streaming.listeners.ListenerMiddleware",
]

ROOT_URLCONF = "musicapp.urls"
ASGI_APPLICATION = "musicapp.asgi.application"
WSGI_APPLICATION = "musicapp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data ---

# Connections are not kept: under ASGI each request has a thread of its own, and could not hand its connection on.
DATABASES = {"default": dj_database_url.parse(env.database_url or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {
        "OPTIONS": {
            # A transaction takes the write lock at its start: one that read first could not be retried.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: what is acknowledged survives a power cut too, not only a killed process.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-20000;"
            ),
        },
        # A file, not SQLite's memory: the tests' consumer and workers are threads with connections of their own.
        "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90

EVENT_LOG_URL = env.event_log_url
FEATURE_STORE_URL = env.feature_store_url
LAKE_URL = env.lake_url or (VAR_DIR / "lake").as_uri()
# The largest body a request may carry, in bytes: 1,000 events are about 0.5 MB.
MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- background ---

CELERY_BROKER_URL = env.celery_broker_url
if CELERY_BROKER_URL.startswith("memory:"):
    # The in-process queue is polled: its default of once a second would be the whole delay of a refresh.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.01}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ROUTES = ROUTES
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "refresh"
CHANNEL_LAYERS = {"default": {"BACKEND": "workers.channel_layer.EmbeddedChannelLayer"}}

# --- recommender ---

SPARK_MASTER = env.spark_master
SPARK_DRIVER_MEMORY = env.spark_driver_memory
ALS_RANK = env.als_rank
MLFLOW_TRACKING_URI = env.mlflow_tracking_uri or f"sqlite:///{VAR_DIR / 'mlflow.sqlite3'}"
RECOMMENDATION_RETENTION_DAYS = env.recommendation_retention_days
# numba compiles librosa's kernels once (15 s) and keeps them here.
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR_DIR / "numba"))

# --- accounts ---

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- API ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

# --- pages ---

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "musicapp.static_files.StaticFiles"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("streaming", "recommender", "workers")},
}
