"""The Spark session that models are trained in: one a process, for as long as a training lasts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from django.conf import settings

from recommender import java, spark_cluster, spark_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# ALS's lineage grows with each iteration, and Java serialises it by recursion: ten iterations can overflow the usual
# stack of 1 MB, which ends the JVM. Checkpoints would cut the lineage, but need a folder that a whole cluster shares.
DEEP_STACK = "-Xss16m"
# Seconds that the JVM may take to end.
PATIENCE = 30
# Seconds after an error in which it shows whether the JVM has ended.
LAST_BREATH = 2


class SparkDied(RuntimeError):
    """The JVM ended in the middle of the work."""


_lock = RLock()
_open: "SparkSession | None" = None
# Whether somebody is at work in the open session, and how many want it kept for the next who is.
_in_use, _keepers = False, 0


@contextmanager
def kept() -> Iterator[None]:
    """The session that is first asked for in this block serves all who ask in it, and ends with it; none, if none is.

    So a training of several models starts Java once, and one that needs no Spark never does.
    """
    global _keepers
    with _lock:
        _keepers += 1
    try:
        yield
    finally:
        with _lock:
            _keepers -= 1
            if _open is not None and not _keepers and not _in_use:
                _end()


@contextmanager
def session() -> Iterator["SparkSession"]:
    """Yields this process's session; starts it, and ends its JVM afterwards, unless one is open already or `kept`.

    A second thread waits until the first one is done. What Java says goes to `spark/driver.log` in VAR_DIR. Raises
    RuntimeError where Java does not start, ClusterUnavailable where SPARK_MASTER names a cluster that is away, has no
    room or loses all its executors, and SparkDied where Java ends before the block does.
    """
    global _open, _in_use
    with _lock:
        if _in_use:
            yield _open
            return
        _in_use = True
        try:
            if not _is_usable():
                _end()
                _open = _start()
            with spark_cluster.watched(_open.sparkContext):
                yield _open
        except Exception as error:
            if (code := _exit_code()) is not None:
                log = settings.VAR_DIR / "spark" / "driver.log"
                raise SparkDied(f"Spark's Java ended by itself, with {code}; its last words are in {log}") from error
            if (said := _said(error)) is not None:
                raise RuntimeError(f"Spark failed: {said}") from error
            raise
        finally:
            _in_use = False
            if not _keepers or not _is_usable():
                _end()


def _is_usable() -> bool:
    """Whether there is a session whose Java runs and has not stopped it, and that has not lost its executors."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext

    if _open is None or SparkContext._gateway.proc.poll() is not None or _open.sparkContext._jsc is None:
        return False
    try:
        context = _open.sparkContext
        return not context._jsc.sc().isStopped() and spark_cluster.has_executors(context)
    except Py4JError:  # it ended while it was asked
        return False


def _end() -> None:
    global _open
    started, _open = _open, None
    _stop(started)


def _start() -> "SparkSession":
    # PySpark is imported on use: the web server loads this module too, and need not wait for it.
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    spark_cluster.reach()
    scratch = settings.VAR_DIR / "spark"
    scratch.mkdir(parents=True, exist_ok=True)
    conf = SparkConf().setAll(list(_options(scratch).items()))
    log = scratch / "driver.log"
    variables = {"JAVA_HOME": str(java.home()), **_local_address(), **spark_lake.environment()}
    with log.open("w") as output, _environment(**variables):
        try:
            gateway = launch_gateway(conf, popen_kwargs={"stdout": output, "stderr": output})
        except PySparkRuntimeError as error:
            raise RuntimeError(f"Spark did not start; its last words are in {log}") from error
    context = SparkContext(conf=conf, gateway=gateway)
    spark_cluster.prepare(context)
    return SparkSession(context)


def _options(scratch: Path) -> dict[str, str]:
    return {
        "spark.master": settings.SPARK_MASTER,
        "spark.app.name": "recommender",
        "spark.driver.memory": settings.SPARK_DRIVER_MEMORY,
        **_driver_address(),
        **spark_cluster.options(),
        **spark_lake.options(),
        "spark.driver.extraJavaOptions": DEEP_STACK,
        "spark.executor.extraJavaOptions": DEEP_STACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # Rows handed over would else be part of the plan, in which each step is tried on them row by row, uncompiled.
        "spark.sql.execution.arrow.localRelationThreshold": "0",
    }


def _driver_address() -> dict[str, str]:
    """Loopback alone, where nothing on another machine has to reach the driver."""
    if spark_cluster.is_beyond_loopback():
        return {}
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


def _local_address() -> dict[str, str]:
    return {} if spark_cluster.is_beyond_loopback() else {"SPARK_LOCAL_IP": "127.0.0.1"}


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Sets variables for a child process only: our own search for Java must not find what it set itself."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _exit_code() -> int | None:
    """Of the JVM, below 0 the signal that ended it; None while it runs, and before it was started."""
    from pyspark import SparkContext

    if SparkContext._gateway is None:
        return None
    # Its sockets close before the system tells that it is gone.
    with suppress(subprocess.TimeoutExpired):
        return SparkContext._gateway.proc.wait(LAST_BREATH)


def _said(error: Exception) -> str | None:
    """What Java says of its error, without the calls that led to it; it can be asked only while it runs."""
    from py4j.protocol import Py4JJavaError

    if not isinstance(error, Py4JJavaError):
        return None
    return error.java_exception.toString().partition("Driver stacktrace:")[0].partition("\n\tat ")[0].strip()


def _stop(started: "SparkSession | None") -> None:
    """End the session and its JVM: PySpark would keep the latter, and its memory, until the process ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    if started is not None and gateway.proc.poll() is None:
        spark_cluster.clear(started.sparkContext)
        started.stop()
    else:
        _forget()
    gateway.shutdown()
    gateway.proc.stdin.close()  # at which the JVM ends
    gateway.proc.wait(PATIENCE)
    SparkContext._gateway = SparkContext._jvm = None


def _forget() -> None:
    """Take back what PySpark remembers of a JVM that is gone, or it would never start another one."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if context := SparkContext._active_spark_context:
        context._jsc = None
        context.stop()
    SparkSession._instantiatedSession = SparkSession._activeSession = None
