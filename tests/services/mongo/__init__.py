"""A stand-in for MongoDB: a process of its own that speaks MongoDB's wire protocol, on loopback."""

import subprocess
import tempfile
from pathlib import Path

from tests.services.maven import fetch

HERE = Path(__file__).parent
# A small memory, and a start that is sooner than its running is fast.
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


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
        # Java alone runs no source file.
        fetch(jars, HERE / "pom.xml", what="the stand-in for MongoDB", java="javac")

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
