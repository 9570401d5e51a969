"""Jars of a server that is run from them, fetched by Maven once."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from tests.services.server import Unavailable

COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
# Seconds for downloads of some 50 MB.
PATIENCE = 180


def fetch(jars: Path, pom: Path, *, what: str, java: str = "java") -> None:
    """Fills the folder with what the pom names, unless it is there. `java` is the tool of Java's that the server needs.

    Raises Unavailable where a tool is missing or Maven cannot fetch.
    """
    missing = [tool for tool in ("mvn", java) if not shutil.which(tool)]
    if missing:
        raise Unavailable(f"{what} needs {' and '.join(missing)}")
    jars.mkdir(parents=True, exist_ok=True)
    with (jars / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, complete = pom.read_text(), jars / "complete"
        if not complete.exists() or complete.read_text() != wanted:
            _copy(jars, pom, what)
            complete.write_text(wanted)


def _copy(jars: Path, pom: Path, what: str) -> None:
    command = ["mvn", "-q", "-B", "-f", str(pom), COPY_JARS, "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        raise Unavailable(f"Maven could not fetch {what}: {done.stdout.strip()[-500:]}")
