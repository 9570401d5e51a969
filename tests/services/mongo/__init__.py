"""A stand-in for MongoDB: a process of its own that speaks MongoDB's wire protocol, on loopback."""

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
# Seconds for downloads of 6 MB, and for what takes one on an idle machine.
PATIENCE = 180
# A small memory, and a start that is sooner than its running is fast.
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class Unavailable(Exception):
    """The stand-in cannot run here; the message says what it lacks."""


class MongoStandIn:
    """Keeps all in memory, or in a file, so that another process can go on from there.

    `jars` is a folder that is filled by Maven once. Raises Unavailable where Maven or Java are not there.
    """

    def __init__(self, jars: Path, file: Path | None = None, *, java: tuple[str, ...] = JAVA) -> None:
        self.jars = jars
        self.file = file
        self.java = java
        self.port = 0
        self.process: subprocess.Popen | None = None
        _fetch(jars)

    def url(self, database: str) -> str:
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """On a free port; when it is started again, on the same."""
        arguments = [str(self.port), *([str(self.file)] if self.file else [])]
        command = [*self.java, "-cp", f"{self.jars}/*", str(HERE / "Launcher.java"), *arguments]
        with tempfile.TemporaryFile("w+") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
            line = self.process.stdout.readline()
            if not line:
                self.kill()
                errors.seek(0)
                raise RuntimeError(f"the stand-in for MongoDB did not start:\n{errors.read()}")
        self.port = int(line)

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def _fetch(jars: Path) -> None:
    # Java alone runs no source file.
    missing = [tool for tool in ("mvn", "javac") if not shutil.which(tool)]
    if missing:
        raise Unavailable(f"the stand-in for MongoDB needs {' and '.join(missing)}")
    jars.mkdir(parents=True, exist_ok=True)
    with (jars / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, complete = (HERE / "pom.xml").read_text(), jars / "complete"
        if not complete.exists() or complete.read_text() != wanted:
            _copy_jars(jars)
            complete.write_text(wanted)


def _copy_jars(jars: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), COPY_JARS, "-DincludeScope=runtime"]
    command.append(f"-DoutputDirectory={jars}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        raise Unavailable(f"Maven could not fetch the stand-in for MongoDB: {done.stdout.strip()[-500:]}")
