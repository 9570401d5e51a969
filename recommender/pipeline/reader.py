"""Who reads the lake for a training, chosen by LAKE_READER: this process, or Spark, on a cluster where there is one."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from recommender import spark, spark_lake
from streaming.events import Kind
from streaming.lake import LakeUnavailable, lake

if TYPE_CHECKING:
    import pyarrow as pa


def read_events(
    columns: Sequence[str], *, since: datetime | None, kinds: Collection[Kind]
) -> Iterator["pa.RecordBatch"]:
    """These columns of the events, as `Lake.read` gives them; raises LakeUnavailable."""
    # A table that is not there is none to Spark, and an error.
    if spark_lake.is_wanted() and lake().version() is not None:
        return _by_spark(columns, since, kinds)
    return lake().read(columns, since=since, kinds=kinds)


def _by_spark(columns: Sequence[str], since: datetime | None, kinds: Collection[Kind]) -> Iterator["pa.RecordBatch"]:
    from pyspark.errors import PySparkException

    try:
        with spark.session() as session:
            yield from spark_lake.read(session, columns, since=since, kinds=kinds)
    except (RuntimeError, PySparkException) as error:
        raise LakeUnavailable(f"the lake at {settings.LAKE_URL} was not read by Spark: {error}") from error
