"""A real Kafka broker: a process of its own, on loopback, which can be killed and started again over what it kept."""

import base64
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.maven import fetch
from tests.services.server import Unavailable, free_port

HERE = Path(__file__).parent
# Seconds for what takes two on an idle machine.
PATIENCE = 180
# A small memory, and a start that is sooner than its running is fast.
JAVA = ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# One node, broker and controller; every replication factor is 1, as there is no other.
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
"""
# Beside the open one, a listener with accounts and one with accounts and TLS, as other people's brokers have.
USER, PASSWORD = "musicapp", "k4fka-s3cret"
LOGIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
SECURED = """
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{login},SASL_SSL://127.0.0.1:{tls},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{login},SASL_SSL://127.0.0.1:{tls}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config={entry}
listener.name.sasl_ssl.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PKCS12
ssl.keystore.location={keys}
ssl.keystore.password={password}
"""


class KafkaBroker:
    """One broker over a folder. `jars` is a folder that is filled by Maven once.

    One that is `secured` has USER as an account, too: by PLAIN at the port `login`, and by SCRAM over TLS at `tls`,
    with a certificate that `authority` vouches for. Raises Unavailable where Maven or Java are not there.
    """

    def __init__(self, jars: Path, folder: Path, *, java: tuple[str, ...] = JAVA, secured: bool = False) -> None:
        self.jars = jars
        self.folder = folder
        self.java = java
        self.port, self._controller = free_port(), free_port()
        self.secured = secured
        self.login, self.tls = free_port(), free_port()
        self.authority = folder / "authority.pem"
        self.process: subprocess.Popen | None = None
        fetch(jars, HERE / "pom.xml", what="a Kafka broker")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, topic: str) -> str:
        return f"kafka://{self.address}/{topic}"

    def start(self) -> None:
        """Returns once it answers; when it is started again, on the same port with what it kept."""
        properties = self.folder / "server.properties"
        if not properties.exists():
            self._format(properties)
        with (self.folder / "output").open("a") as output:
            self.process = subprocess.Popen(self._java("kafka.Kafka", properties), stdout=output, stderr=output)
        deadline = time.monotonic() + PATIENCE
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the broker did not start:\n{(self.folder / 'output').read_text()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def _format(self, properties: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        logs = self.folder / "logs"
        ports = {"port": self.port, "controller": self._controller}
        properties.write_text(PROPERTIES.format(**ports, logs=logs))
        scram = []
        if self.secured:
            keys = self._make_certificate()
            ports |= {"login": self.login, "tls": self.tls}
            # What is said twice counts as it was said last.
            with properties.open("a") as file:
                file.write(SECURED.format(**ports, entry=LOGIN, keys=keys, password=PASSWORD))
            scram = [f"--add-scram=SCRAM-SHA-512=[name={USER},password={PASSWORD}]"]
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # An id must not look like an option.
        command = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", properties, *scram)
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)

    def _make_certificate(self) -> Path:
        """Its own authority, for loopback; `authority` is what a client has to know."""
        keys = self.folder / "keys.p12"
        store = ["-keystore", str(keys), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "broker"]
        made = ["-genkeypair", "-keyalg", "EC", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1", "-validity", "2"]
        for what in (made, ["-exportcert", "-rfc", "-file", str(self.authority)]):
            subprocess.run(["keytool", *what, *store], check=True, capture_output=True, timeout=PATIENCE)
        return keys

    def _java(self, *arguments: str | Path) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={(HERE / 'log4j2.xml').as_uri()}"
        return [*self.java, logging, "-cp", f"{self.jars}/*", *map(str, arguments)]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def running_broker(**options: bool) -> Iterator[KafkaBroker]:
    """Started in a folder of its own, and ended; skips what asks for it where it is not to be had."""
    folder = Path(tempfile.mkdtemp(prefix="kafka-"))
    try:
        broker = KafkaBroker(Path(os.environ["VAR_DIR"], "kafka-jars").resolve(), folder, **options)
    except Unavailable as error:
        pytest.skip(str(error))
    broker.start()
    yield broker
    broker.kill()
    shutil.rmtree(folder)
