"""The service as docker-compose.yml has it, on real servers and without containers.

Commands and environments are the file's own; only hosts, ports and folders are those of this machine.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
import psycopg

from tests.service import PROJECT, write_tones
from tests.services import compose
from tests.services.kafka import KafkaBroker
from tests.services.mongo import MongoStandIn
from tests.services.nginx import Nginx
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import PATIENCE, Server, answers, free_port

SECRETS = {"SECRET_KEY": "not-so-secret", "POSTGRES_PASSWORD": "p0stgres", "MONGO_PASSWORD": "m0ngo"}
TRACKS = [f"song {number}" for number in range(12)]
# Prometheus asks these for what they count.
COUNTING = ("consumer", "lake", "answers", "refresh", "features", "training")
# One task at a time in a small machine's tests; all else is as in the file.
SMALL = {"OPENBLAS_NUM_THREADS": "1"}
# What a container has that is told nothing of them.
SHARES = 1024


class Stack:
    """Raises `Unavailable` of the server that cannot run here. `jars` is where Maven puts what it fetched."""

    def __init__(self, folder: Path, jars: Path) -> None:
        self.folder = folder
        self.music, self.state = folder / "music", folder / "state"
        for path in (self.music, self.state):
            path.mkdir(parents=True)
        write_tones(self.music, TRACKS)
        self.postgres = Postgres(folder / "postgres")
        self.redis = Redis(folder / "redis")
        self.kafka = KafkaBroker(jars / "kafka-jars", folder / "kafka")
        self.mongo = MongoStandIn(jars / "mongo-jars", folder / "mongo.db")
        self.web_port, self.sockets_port = free_port(), free_port()
        self.metrics_ports = {name: free_port() for name in COUNTING}
        self.processes: dict[str, Server] = {}
        self.nginx: Nginx | None = None

    def start_servers(self) -> None:
        for server in (self.postgres, self.redis):
            server.run()
        self.kafka.start()
        self.mongo.start()
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE musicapp SUPERUSER LOGIN")
            connection.execute("CREATE DATABASE musicapp OWNER musicapp")

    def service(self, name: str) -> dict:
        """As in the file, with this machine's places in its environment."""
        service = compose.services(SECRETS)[name]
        environment = {key: self._here(value, name) for key, value in service["environment"].items()}
        return service | {"environment": environment}

    def _here(self, value: str, name: str) -> str:
        places = {
            "0.0.0.0:9100": f"127.0.0.1:{self.metrics_ports.get(name)}",
            "/run/metrics": str(self.folder / f"{name}-metrics"),
            "musicapp:p0stgres@postgres/": f"musicapp:p0stgres@127.0.0.1:{self.postgres.port}/",
            "kafka://kafka:9092/": f"kafka://{self.kafka.address}/",
            "redis://redis/": f"redis://127.0.0.1:{self.redis.port}/",
            # The stand-in knows no accounts.
            "mongodb://musicapp:m0ngo@mongo/musicapp?authSource=admin": self.mongo.url("musicapp"),
            "/var/lib/musicapp": str(self.state),
            "/music/": f"{self.music}/",
            "0.0.0.0:8000": f"127.0.0.1:{self.web_port}",
            "0.0.0.0": "127.0.0.1",
            "web:8000": f"127.0.0.1:{self.web_port}",
            "sockets:8001": f"127.0.0.1:{self.sockets_port}",
            "8001": str(self.sockets_port),
        }
        for there, here in places.items():
            if there in value:
                return value.replace(there, here)
        return value

    def command(self, name: str) -> list[str]:
        """Shares of the processor are a container's; a step of `nice` is worth about 1.25 of them (sched(7))."""
        service = self.service(name)
        steps = round(math.log(SHARES / service.get("cpu_shares", SHARES), 1.25))
        return ["nice", "-n", str(steps), *service["command"]] if steps else service["command"]

    def environment(self, name: str) -> dict[str, str]:
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {key: os.environ[key] for key in ("HOME", "JAVA_HOME", "NUMBA_CACHE_DIR") if key in os.environ}
        return {**kept, **SMALL, "PATH": programs, **self.service(name)["environment"]}

    def run(self, name: str, *command: str) -> str:
        """Runs a service's command to its end, or another with its environment; returns what it printed."""
        (self.folder / f"{name}-metrics").mkdir(exist_ok=True)
        done = subprocess.run(
            list(command) or self.service(name)["command"],
            cwd=PROJECT,
            env=self.environment(name),
            text=True,
            timeout=300,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def start(self, names: Iterable[str]) -> None:
        for name in names:
            log = self.folder / f"{name}.log"
            (self.folder / f"{name}-metrics").mkdir(exist_ok=True)
            process = self.processes.get(name) or Server(name, self.command(name), log, cwd=PROJECT)
            process.start(lambda: True, environment=self.environment(name))
            self.processes[name] = process

    def kill(self, name: str) -> None:
        """A process, or one of the servers that the file names, as a crash would."""
        (self.processes.get(name) or getattr(self, name)).kill()

    def restart(self, name: str) -> None:
        """What was killed; returns once a server answers, or the web."""
        if name in self.processes:
            self.start([name])
            if name == "web":
                self.wait_for_web()
        elif name in ("redis", "postgres"):
            getattr(self, name).run()
        else:
            getattr(self, name).start()

    def start_nginx(self, more: str = "") -> Nginx:
        variables = {key: value for key, value in self.service("nginx")["environment"].items() if key != "LISTEN"}
        self.nginx = Nginx(self.folder / "nginx", more=more, **variables).run()
        return self.nginx

    def wait_for_web(self) -> None:
        self.processes["web"].wait_until(lambda: answers(self.web_port))
        self.processes["sockets"].wait_until(lambda: answers(self.sockets_port))
        wait_until(lambda: httpx.get(f"{self.nginx.address}/login/", timeout=PATIENCE).status_code == 200, "nginx")

    def output(self) -> str:
        return "\n".join(f"--- {name}\n{process.output()[-3000:]}" for name, process in self.processes.items())

    def end(self) -> None:
        """Everything, whatever it is at."""
        for process in self.processes.values():
            process.kill()
        for server in (self.nginx, self.redis, self.postgres):
            if server is not None and server.process is not None:
                server.kill()
        for server in (self.kafka, self.mongo):
            if server.process is not None:
                server.kill()


def wait_until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.05)
