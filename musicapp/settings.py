"""Django's settings, composed from the environment (`musicapp/environment.py` names every variable)."""

import os

from django.core.exceptions import ImproperlyConfigured

from musicapp import backends
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
    "streaming.request_id.RequestIdMiddleware",
    "streaming.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "streaming.listeners.ListenerMiddleware",
]

ROOT_URLCONF = "musicapp.urls"
DEFAULT_EXCEPTION_REPORTER_FILTER = "musicapp.error_pages.UrlReporterFilter"
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
            # Every template has texts to translate.
            "builtins": ["django.templatetags.i18n", "streaming.templatetags.wording"],
        },
    },
]

# --- data ---

DATABASES = {"default": backends.database(env.database_url, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": backends.cache(env.cache_url)}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.https
if env.https:
    # Whoever ends TLS before the service says so; without it a form sent by HTTPS would count as another site's.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90

EVENT_LOG_URL = env.event_log_url
KAFKA_PASSWORD = env.kafka_password
FEATURE_STORE_URL = env.feature_store_url
AUDIO_ACCEL = env.audio_accel
TRANSCODING_CACHE_MB = env.transcoding_cache_mb
LAKE_URL = env.lake_url or (VAR_DIR / "lake").as_uri()
LAKE_STORAGE = env.lake_storage()
# The largest body a request may carry, in bytes: 1,000 events are about 0.5 MB.
MAX_BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- background ---

backends.check_shared(broker=env.celery_broker_url, cache=env.cache_url, channel_layer=env.channel_layer_url)
CELERY_BROKER_URL = env.celery_broker_url
CELERY_BROKER_TRANSPORT_OPTIONS = backends.broker_options(CELERY_BROKER_URL)
# A page that asks for a refresh waits for a broker that is away no longer than this.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_BROKER_CONNECTION_TIMEOUT = backends.REDIS_PATIENCE
# Workers wait for a broker that comes after them, or comes back.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ROUTES = ROUTES
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Seconds: a process that makes shelves loads the models before it takes its first.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60.0
# Tasks for which a connection to the database is kept. By itself Celery closes it before and after each, and a pool
# with it: PostgreSQL would start two processes for every refresh, which take more of it than all that is asked.
CELERY_DB_REUSE_MAX = 10**9
CELERY_TASK_DEFAULT_QUEUE = "refresh"
CHANNEL_LAYERS = {"default": backends.channel_layer(env.channel_layer_url)}

# --- recommender ---

SPARK_MASTER = env.spark_master
LAKE_READER = env.lake_reader
SPARK_JARS = env.spark_jars
SPARK_DRIVER_MEMORY = env.spark_driver_memory
SPARK_EXECUTOR_MEMORY = env.spark_executor_memory
SPARK_DRIVER_HOST = env.spark_driver_host
SPARK_DRIVER_BIND = env.spark_driver_bind
SPARK_DRIVER_PORT = env.spark_driver_port
SPARK_CHECKPOINT_URL = env.spark_checkpoint_url
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
# Each by its own name; docs/translating.md says how one is added.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [PROJECT / "locale"]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = env.https
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "musicapp.static_files.StaticFiles"},
}

METRICS_LISTEN = env.metrics_listen
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "streaming.request_id.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{levelname}{name}{message}{request_id}{process}{threadName}",
            "style": "{",
            "timestamp": "time",
            "rename_fields": {"levelname": "level", "name": "logger", "threadName": "thread"},
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env.log_format, "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": env.log_level.upper()} for name in ("streaming", "recommender", "workers")},
        # The client tells each try of an outage several times; our own loggers tell the outage.
        "kafka": {"level": "CRITICAL"},
    },
}
