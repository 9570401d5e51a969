"""The lake as Spark reads it, with delta-spark: the same events as `Lake.read` gives, by a cluster's hands.

What Delta wants of a session has to be known at its start, and so every session has it where LAKE_READER is `spark`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming import lake
from streaming.events import Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

# Of PySpark's version, and of the Hadoop that it comes with.
DELTA, S3 = "io.delta:delta-spark_4.2_2.13:4.4.0", "org.apache.hadoop:hadoop-aws:3.5.0"


def is_wanted() -> bool:
    return settings.LAKE_READER == "spark"


def options() -> dict[str, str]:
    """What a session that reads the lake has to begin with; raises ImproperlyConfigured where SPARK_JARS has no jar."""
    if not is_wanted():
        return {}
    return {
        **_jars(),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # The table's log is a small one.
        "spark.databricks.delta.snapshotPartitions": "1",
        # All events come here, whatever they weigh.
        "spark.driver.maxResultSize": "0",
        # Storage of other makers than Amazon has no host name a bucket.
        "spark.hadoop.fs.s3a.path.style.access": str("AWS_ENDPOINT_URL" in settings.LAKE_STORAGE).lower(),
        "spark.hadoop.fs.s3a.endpoint.region": settings.LAKE_STORAGE.get("AWS_REGION", "us-east-1"),
    }


def environment() -> dict[str, str]:
    """The lake's account, which Spark takes from its environment: other users see options on its command line."""
    return dict(settings.LAKE_STORAGE) if is_wanted() else {}


def read(
    session: "SparkSession", columns: Sequence[str], *, since: datetime | None, kinds: Collection[Kind]
) -> Iterator["pa.RecordBatch"]:
    """As `Lake.read`; raises what Spark raises."""
    lake.check(columns)
    url = settings.LAKE_URL
    # Spark knows S3 by the name of Hadoop's client for it.
    url = f"s3a://{url.removeprefix('s3://')}" if url.startswith("s3://") else url
    events = session.read.format("delta").load(url).where(lake.chosen(since, kinds)).select(*columns)
    yield from events.toArrow().cast(lake.schema(columns)).to_batches()


def _jars() -> dict[str, str]:
    if not settings.SPARK_JARS:
        on_s3 = settings.LAKE_URL.startswith(("s3://", "s3a://"))
        return {"spark.jars.packages": f"{DELTA},{S3}" if on_s3 else DELTA}
    jars = sorted(map(str, Path(settings.SPARK_JARS).glob("*.jar")))
    if not jars:
        raise ImproperlyConfigured(f"SPARK_JARS is {settings.SPARK_JARS!r}; it has to be a folder of jars, {DELTA}'s")
    return {"spark.jars": ",".join(jars)}
