"""A real PostgreSQL, on loopback and without a password."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.services.server import Server, Unavailable, answers, free_port, program

# Where distributions keep the server's own programs, the newest last.
FOLDERS = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=str)]
# As in docker-compose.yml.
INITDB = ["--encoding=UTF8", "--locale=C.UTF-8"]
USER = "postgres"


class Postgres(Server):
    """Its data lies in `folder`, made at the first start. Raises Unavailable where PostgreSQL is not installed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.data = folder / "data"
        command = [program("postgres", *FOLDERS[::-1]), "-D", str(self.data), "-p", str(self.port)]
        place = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        super().__init__("PostgreSQL", [*command, *place], folder / "postgres.log", **_somebody(folder))
        if not self.data.exists():
            self._make()

    def run(self) -> "Postgres":
        before = len(self.output())
        self.start(lambda: answers(self.port) and "ready to accept connections" in self.output()[before:])
        return self

    def stop(self, number: int = signal.SIGINT) -> int:
        """PostgreSQL ends its connections only when it gets SIGINT; SIGTERM waits for them."""
        return super().stop(number)

    def url(self, database: str = "postgres") -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def _make(self) -> None:
        command = [program("initdb", *FOLDERS[::-1]), "-D", str(self.data), "-U", USER, "--auth=trust", *INITDB]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **self.options)
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stderr}")


def _somebody(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package makes, who must be able to
    reach the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        raise Unavailable(f"PostgreSQL does not run as root, and there is no user {USER}") from None
    shutil.chown(folder, USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}
