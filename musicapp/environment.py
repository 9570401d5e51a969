"""What the surroundings decide, typed and explained: every variable the service reads from its environment."""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Environment(BaseSettings):
    """Each field is read from the variable of its name in capitals; the default needs nothing but Python packages."""

    model_config = SettingsConfigDict(env_file=PROJECT / ".env", extra="ignore")

    # Where all state lives: database, demo audio, trained models, caches.
    var_dir: Path = PROJECT / "var"

    # Shows tracebacks in the browser. Never on a machine that others reach.
    debug: bool = False

    # Signs cookies. Left empty, one is made and kept in VAR_DIR, which suits a service on loopback only.
    secret_key: str = ""

    # The host names under which the service is reached, with commas between.
    allowed_hosts: str = ",".join(LOOPBACK)

    # The site is reached over HTTPS: cookies are sent over nothing else.
    https: bool = False

    # Catalogue, users, history. `sqlite:////absolute/path` or `postgres://USER:PASSWORD@HOST/NAME`; left empty, a
    # SQLite file in VAR_DIR.
    database_url: str = ""

    # Where playback events are logged: `embedded:` is a table of the database, `kafka://HOST:9092/playback-events` a
    # topic of Kafka, with further brokers after commas: `kafka://HOST:9092,OTHER:9092/playback-events`;
    # `kafkas://` with TLS, and with an account `kafkas://USER:PASSWORD@HOST:9093/playback-events`.
    event_log_url: str = "embedded:"

    # The password of the user that EVENT_LOG_URL names, where it is not in the URL.
    kafka_password: str = ""

    # Where the features of tracks are kept: `embedded:` is a table of the database, `mongodb://HOST/DATABASE` MongoDB.
    feature_store_url: str = "embedded:"

    # The lake of playback events that models are trained from: `file:///absolute/path`, or object storage as `s3://…`,
    # `gs://…` or `abfs://…`, whose credentials are read from its own variables; left empty, a folder in VAR_DIR.
    lake_url: str = ""

    # The account of a lake on S3; left empty, the one that the machine has been given.
    aws_access_key_id: str = ""
    aws_secret_access_key: str = ""

    # Where the bucket is, as `eu-central-1`; left empty, us-east-1.
    aws_region: str = ""

    # Storage of another maker that speaks S3, as `https://HOST:PORT`; left empty, Amazon's.
    aws_endpoint_url: str = Field(default="", pattern=r"^(https?://[^/\s]+/?)?$")

    # Celery's broker: `memory:` is a queue inside the process, `redis://HOST:PORT/NUMBER` one that workers share.
    celery_broker_url: str = "memory://localhost"

    # Where workers tell sockets of new shelves: `memory:` reaches those of this process, `redis://…` those of all.
    channel_layer_url: str = "memory:"

    # What is kept for a short while, and which refreshes wait: `memory:` of this process, `redis://…` of all.
    cache_url: str = "memory:"

    # The path under which nginx sends audio files when the service names them by X-Accel-Redirect, as `/files/`; left
    # empty, the service sends them itself.
    audio_accel: str = ""

    # Megabytes that audio made in other formats may take in VAR_DIR/transcoded; what was used longest ago goes first.
    transcoding_cache_mb: int = Field(default=1000, ge=0)

    # Where models are trained: `local[*]` in this process, on all cores or so many; `spark://HOST:7077` a standalone
    # cluster, with further masters after commas; `yarn` and `k8s://…` those of others.
    spark_master: str = Field(
        default="local[*]", pattern=r"^(local(\[(\d+|\*)(,\d+)?\])?|spark://[^/\s]+:\d{1,5}|yarn|k8s://\S+)$"
    )

    # What reads the lake for a training: `deltalake` this process by itself, `spark` Spark with delta-spark, on the
    # cluster that SPARK_MASTER names.
    lake_reader: Literal["deltalake", "spark"] = "deltalake"

    # The folder with delta-spark's jars, and with those of the lake's object storage; left empty, Spark fetches them
    # from Maven Central when it first starts.
    spark_jars: str = ""

    # Memory of the Spark driver, as Java writes it.
    spark_driver_memory: str = "1g"

    # Memory of each executor of a cluster, as Java writes it.
    spark_executor_memory: str = "1g"

    # By which name or address a cluster reaches this process; left empty, Spark finds one of this machine's.
    spark_driver_host: str = ""

    # The address that this process then listens on; left empty, the one by which it is reached.
    spark_driver_bind: str = ""

    # The first of the two ports on which a cluster reaches this process; 0 for any.
    spark_driver_port: int = Field(default=0, ge=0, le=65534)

    # Where a cluster keeps what cuts a long training short when an executor falls: a URL or folder that this process
    # and all executors reach; left empty, the work of a fallen executor is done again from its beginning.
    spark_checkpoint_url: str = ""

    # Factors per listener and track of the collaborative model.
    als_rank: int = Field(default=32, ge=1, le=512)

    # Where MLflow keeps what became of each training: a server as `http://HOST:PORT`, a database as
    # `sqlite:////absolute/path`, or `off`; left empty, a SQLite file in VAR_DIR.
    mlflow_tracking_uri: str = ""

    # Days that a replaced recommendation is kept, so that a later play can still be credited to its model.
    recommendation_retention_days: int = Field(default=7, ge=1)

    # How log lines look: `line` for people, `json` for machines (one object a line, with the id of its request).
    log_format: Literal["line", "json"] = "line"

    # From which level on the service's own lines are logged; at `debug` each event can be followed to its push.
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    # Where a process without pages (consumer, worker) shows Prometheus what it counts, as `127.0.0.1:9101`; empty for
    # nowhere. The web processes have `/metrics`.
    metrics_listen: str = Field(default="", pattern=r"^([\w.-]+:\d{1,5})?$")

    @field_validator("var_dir")
    @classmethod
    def absolute(cls, path: Path) -> Path:
        return path.resolve()

    @property
    def hosts(self) -> list[str]:
        return [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]

    def lake_storage(self) -> dict[str, str]:
        """What a lake on S3 wants to know, by the names of the variables; nothing of what is not said."""
        said = {
            "AWS_ACCESS_KEY_ID": self.aws_access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.aws_secret_access_key,
            "AWS_REGION": self.aws_region,
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_ALLOW_HTTP": "true" if self.aws_endpoint_url.startswith("http://") else "",
        }
        return {name: value for name, value in said.items() if value}

    def signing_key(self) -> str:
        """SECRET_KEY, or the generated one of VAR_DIR; refuses to serve other hosts with the latter."""
        if self.secret_key:
            return self.secret_key
        strangers = sorted(set(self.hosts) - set(LOOPBACK))
        if strangers:
            raise ValueError(
                f"ALLOWED_HOSTS names {', '.join(strangers)}: set SECRET_KEY to a long random string first"
            )
        path = self.var_dir / "secret-key"
        if not path.exists():
            self.var_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text().strip()
