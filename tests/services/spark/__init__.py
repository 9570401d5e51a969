"""A real Spark cluster on loopback: a master and one worker, of the jars that PySpark comes with."""

import os
import pwd
import shutil
from pathlib import Path

import pyspark
from django.test import override_settings

from recommender import java
from tests.services.server import Server, answers, free_port

# A small memory, and a start that is sooner than its running is fast.
SMALL = {"JDK_JAVA_OPTIONS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1", "SPARK_DAEMON_MEMORY": "256m"}
HOME = Path(pyspark.__file__).parent
# What a cluster's machines are: not this one's user, and so without a look into its files.
USER = "nobody"


class SparkCluster:
    """Its worker, and the executors that it starts, run as another user where the tests run as root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with override_settings(VAR_DIR=folder):
            home = java.home()
        self.environment = SMALL | {
            "JAVA_HOME": str(home),
            "PATH": os.environ["PATH"],
            "SPARK_HOME": str(HOME),
            "SPARK_LOCAL_IP": "127.0.0.1",
            # A way to run programs of others, which nothing here needs.
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        }
        self.port = free_port()
        self.master = self._server("Master", "--port", str(self.port))
        self.worker: Server | None = None

    @property
    def url(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.master.start(lambda: "New state: ALIVE" in self.master.output() and answers(self.port))
        self.start_worker()

    def start_worker(self, *, memory: str = "2g") -> None:
        """Another one in the place of the last."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        options = ("--cores", "2", "--memory", memory, "--work-dir", str(work), self.url)
        self.worker = self._server("Worker", *options, **_somebody(work))
        before = self.worker.output().count(REGISTERED)
        self.worker.start(lambda: self.worker.output().count(REGISTERED) > before)

    def applications(self) -> list[str]:
        """What its worker's executors worked on."""
        return sorted(path.name for path in (self.folder / "work").iterdir())

    def kill(self) -> None:
        for server in (self.worker, self.master):
            if server is not None:
                server.kill()

    def _server(self, kind: str, *options: str, **more) -> Server:
        place = ("--host", "127.0.0.1", "--webui-port", str(free_port()))
        command = [
            str(HOME / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{kind.lower()}.{kind}",
            *place,
            *options,
        ]
        log = self.folder / f"{kind.lower()}.log"
        return Server(f"Spark's {kind.lower()}", command, log, env=self.environment, cwd="/", **more)


REGISTERED = "Successfully registered with master"


def _somebody(work: Path) -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(USER)
    shutil.chown(work, USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
