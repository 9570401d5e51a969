"""A cluster that Spark's work is done on instead of in this process, where SPARK_MASTER names one.

This process stays the driver: the master and the executors connect back to it, plays go to them over these connections,
and factors come back the same way. So executors need neither this machine's disk nor a Python.
"""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pyspark import SparkContext

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MASTER = re.compile(r"spark://(?P<addresses>[^,/\s]+:\d{1,5}(,[^,/\s]+:\d{1,5})*)")
# Seconds that a master has to take a connection.
PATIENCE = 5
# Seconds that a cluster has to give the first executor, and another where all were lost; and in which others follow it.
EXECUTOR_PATIENCE, EXECUTORS_FOLLOW = 60, 1
# Seconds between two looks at whether there are any.
LOOK_EVERY = 1
# What one task may carry, in MB. All plays of a training are in as many tasks as there are cores, and Spark's own
# limit of 128 would end at 10 million interactions a core.
TASK_MB = 1024


class ClusterUnavailable(RuntimeError):
    """There is no master where SPARK_MASTER says, or no worker that takes the work, or that is left to do it."""


def is_named() -> bool:
    """Whether SPARK_MASTER names a cluster."""
    return not settings.SPARK_MASTER.startswith("local")


def is_beyond_loopback() -> bool:
    """Whether others than this machine's processes have to reach the driver."""
    hosts = [host for host, _ in _masters()]
    return is_named() and not (hosts and all(host in LOOPBACK for host in hosts))


def options() -> dict[str, str]:
    """What a driver needs to know beside what every session has; what it leaves out, Spark chooses itself."""
    if not is_named():
        return {}
    wanted = {
        "spark.driver.host": settings.SPARK_DRIVER_HOST,
        "spark.driver.bindAddress": settings.SPARK_DRIVER_BIND,
        "spark.driver.port": settings.SPARK_DRIVER_PORT,
        "spark.driver.blockManager.port": settings.SPARK_DRIVER_PORT and settings.SPARK_DRIVER_PORT + 1,
        "spark.executor.memory": settings.SPARK_EXECUTOR_MEMORY,
        "spark.rpc.message.maxSize": TASK_MB,
    }
    return {name: str(value) for name, value in wanted.items() if value}


def reach() -> None:
    """Raises ClusterUnavailable where no standalone master takes a connection, with the reason of each.

    Spark itself would try for a minute, and then say nothing of the reason.
    """
    reasons = []
    for host, port in _masters():
        try:
            socket.create_connection((host.strip("[]"), port), timeout=PATIENCE).close()
            return
        except OSError as error:
            reasons.append(f"{host}:{port}: {error.strerror or error}")
    if reasons:
        raise ClusterUnavailable(
            f"Spark's master at {settings.SPARK_MASTER} (SPARK_MASTER) cannot be reached: {'; '.join(reasons)}"
        )


def prepare(context: "SparkContext") -> None:
    """Return when the cluster has given executors; raises ClusterUnavailable where it gives none."""
    if is_named():
        _await_executors(context)
        if settings.SPARK_CHECKPOINT_URL:
            context.setCheckpointDir(settings.SPARK_CHECKPOINT_URL)


@contextmanager
def watched(context: "SparkContext") -> Iterator[None]:
    """Raises ClusterUnavailable where all executors are lost during this block and no other comes in time.

    Spark itself would wait for one for ever, as long as its master is there.
    """
    if not is_named():
        yield
        return
    lost, done = Event(), Event()
    watching = Thread(target=_watch, args=(context, lost, done), name="spark-executors", daemon=True)
    watching.start()
    try:
        yield
    except Exception as error:
        if not lost.is_set():
            raise
        raise ClusterUnavailable(
            f"Spark's cluster at {settings.SPARK_MASTER} (SPARK_MASTER) lost all executors in the middle of the work, "
            f"and gave no other in {EXECUTOR_PATIENCE} s: the workers' logs say why they ended"
        ) from error
    finally:
        done.set()
        watching.join()


def has_executors(context: "SparkContext") -> bool:
    """Whether there is somebody to work; asked of a context whose Java runs and that is not stopped."""
    return not is_named() or _executors(context) > 0


def clear(context: "SparkContext") -> None:
    """Delete this session's checkpoints, which Spark would leave."""
    if context._jsc is not None and (folder := context.getCheckpointDir()):
        path = context._jvm.org.apache.hadoop.fs.Path(folder)
        path.getFileSystem(context._jsc.hadoopConfiguration()).delete(path, True)


def _await_executors(context: "SparkContext") -> None:
    """Spark itself would wait for ever, and count no more cores than have come by then."""
    deadline = time.monotonic() + EXECUTOR_PATIENCE
    while _executors(context) == 0:
        if time.monotonic() > deadline:
            raise ClusterUnavailable(
                f"Spark's master at {settings.SPARK_MASTER} gave no executor in {EXECUTOR_PATIENCE} s: it needs a "
                f"worker with a free core and {settings.SPARK_EXECUTOR_MEMORY} of memory (SPARK_EXECUTOR_MEMORY) that "
                f"reaches this process at {context.getConf().get('spark.driver.host')} (SPARK_DRIVER_HOST)"
            )
        time.sleep(0.1)
    before = 0
    while (now := _executors(context)) > before:
        before = now
        time.sleep(EXECUTORS_FOLLOW)


def _watch(context: "SparkContext", lost: Event, done: Event) -> None:
    """Until `done`, cancel all work once there has been nobody to do it for EXECUTOR_PATIENCE, and set `lost`."""
    from py4j.protocol import Py4JError

    seen = time.monotonic()
    while not done.wait(LOOK_EVERY):
        try:
            if _executors(context):
                seen = time.monotonic()
            elif time.monotonic() - seen > EXECUTOR_PATIENCE:
                lost.set()
                # Again and again: what is at work may begin another job, having lost one.
                context.cancelAllJobs()
        except Py4JError:  # Java has ended or stopped the session, of which the work hears by itself
            return


def _executors(context: "SparkContext") -> int:
    # The driver is among those that keep blocks.
    return context._jsc.sc().getExecutorMemoryStatus().size() - 1


def _masters() -> Iterator[tuple[str, int]]:
    """Of a standalone cluster, host and port each; nothing for other kinds of clusters, which have other ways."""
    if found := MASTER.fullmatch(settings.SPARK_MASTER):
        for address in found["addresses"].split(","):
            host, _, port = address.rpartition(":")
            yield host, int(port)
