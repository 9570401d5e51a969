"""The Spark session that models are trained in: one a process, for as long as a training lasts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from django.conf import settings

from recommender import java

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


@contextmanager
def session() -> Iterator["SparkSession"]:
    """Yields this process's session; starts it, and ends its JVM afterwards, unless one is open already.

    A second thread waits until the first one is done. What Java says goes to `spark/driver.log` in VAR_DIR. Raises
    RuntimeError where Java does not start, and SparkDied where it ends before the block does.
    """
    global _open
    with _lock:
        if _open is not None:
            yield _open
            return
        try:
            _open = _start()
            yield _open
        except Exception as error:
            if (code := _exit_code()) is not None:
                log = settings.VAR_DIR / "spark" / "driver.log"
                raise SparkDied(f"Spark's Java ended by itself, with {code}; its last words are in {log}") from error
            raise
        finally:
            started, _open = _open, None
            _stop(started)


def _start() -> "SparkSession":
    # PySpark is imported on use: the web server loads this module too, and need not wait for it.
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    scratch = settings.VAR_DIR / "spark"
    scratch.mkdir(parents=True, exist_ok=True)
    conf = SparkConf().setAll(list(_options(scratch).items()))
    log = scratch / "driver.log"
    with log.open("w") as output, _environment(JAVA_HOME=str(java.home()), **_local_address()):
        try:
            gateway = launch_gateway(conf, popen_kwargs={"stdout": output, "stderr": output})
        except PySparkRuntimeError as error:
            raise RuntimeError(f"Spark did not start; its last words are in {log}") from error
    return SparkSession(SparkContext(conf=conf, gateway=gateway))


def _options(scratch: Path) -> dict[str, str]:
    return {
        "spark.master": settings.SPARK_MASTER,
        "spark.app.name": "recommender",
        "spark.driver.memory": settings.SPARK_DRIVER_MEMORY,
        **_driver_address(),
        "spark.driver.extraJavaOptions": DEEP_STACK,
        "spark.executor.extraJavaOptions": DEEP_STACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }


def _is_here() -> bool:
    return settings.SPARK_MASTER.startswith("local")


def _driver_address() -> dict[str, str]:
    """Loopback alone; executors on other machines have to reach the driver, by the address that Spark finds itself."""
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if _is_here() else {}


def _local_address() -> dict[str, str]:
    return {"SPARK_LOCAL_IP": "127.0.0.1"} if _is_here() else {}


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


def _stop(started: "SparkSession | None") -> None:
    """End the session and its JVM: PySpark would keep the latter, and its memory, until the process ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    if started is not None and gateway.proc.poll() is None:
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
