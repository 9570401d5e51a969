"""Playback events through a real Kafka broker: over HTTP onto the topic, and from the topic into the history.

    python -m benchmarks.kafka_events [--events 60000] [--clients 8] [--workers 2] [--partitions 6] [--seed 1]

One broker, gunicorn as `docker-compose.yml` starts it, and SQLite, over a state folder that is removed after. Clients
post batches of 100 events, each answered once all replicas in sync have them (one, here); the events are of 200
listeners, a started and a finished one a play, of 10,000 tracks. Then one consumer saves them all. Beside it, in the
same run, what kafka-python alone does with the same messages: sending them all with the producer's own settings and
waiting for the last, and reading them. Broker, servers, clients and consumer share the machine's cores.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import machine
from tests.services.kafka import KafkaBroker
from tests.services.server import free_port

PROJECT = Path(__file__).resolve().parent.parent
LISTENERS, TRACKS, BATCH, PATIENCE = 200, 10_000, 100, 120
JARS = PROJECT / "var" / "tests" / "kafka-jars"


def bodies(events: int, seed: int) -> list[bytes]:
    """Requests of BATCH events each, of plays that begin and end."""
    chance = random.Random(seed)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")

    def play() -> Iterator[dict]:
        said = {"play_id": str(uuid.UUID(int=chance.getrandbits(128))), "track_id": chance.randint(1, TRACKS)}
        said |= {"occurred_at": now, "duration_ms": 200_000, "source": "shelf:for-you"}
        for kind, played in (("started", 0), ("finished", 199_000)):
            yield said | {"event_id": str(uuid.UUID(int=chance.getrandbits(128))), "kind": kind, "played_ms": played}

    return [json.dumps([e for _ in range(BATCH // 2) for e in play()]).encode() for _ in range(events // BATCH)]


def post(address: str, requests: list[bytes], clients: int) -> dict:
    """All requests by some clients at once, each of them one listener after another."""
    cookies = []
    for _ in range(LISTENERS):
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            client.get("/login/").raise_for_status()
            cookies.append("; ".join(f"{name}={value}" for name, value in client.cookies.items()))
    waiting, seconds, failed = iter(enumerate(requests)), [], []
    lock = threading.Lock()

    def work() -> None:
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            while True:
                with lock:
                    number, body = next(waiting, (0, b""))
                if not body:
                    return
                began = time.perf_counter()
                headers = {"Content-Type": "application/json", "Cookie": cookies[number % LISTENERS]}
                answer = client.post("/api/v1/events/", content=body, headers=headers)
                seconds.append(time.perf_counter() - began)
                if answer.status_code != 202 or answer.json()["accepted"] != BATCH:
                    failed.append(answer.text)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failed:
        raise RuntimeError(f"{len(failed)} requests were not taken: {failed[0][:500]}")
    ordered = sorted(seconds)
    return {
        "http_events_a_second": round(BATCH * len(requests) / took),
        "http_p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "http_p99_ms": round(1000 * ordered[int(0.99 * len(ordered))], 1),
    }


def fill() -> dict:
    from streaming.models import Artist, Track

    artist = Artist.objects.create(name="Somebody")
    Track.objects.bulk_create(Track(id=n + 1, title=f"{n}", artist=artist) for n in range(TRACKS))
    return {}


def consume() -> dict:
    """One consumer, from its first batch to its last."""
    from streaming.events import event_log
    from streaming.models import Play
    from workers.consumer import HistoryConsumer

    consumer = HistoryConsumer()
    # Joining the group is over with the first batch.
    left = sum(event_log().ends().values()) - consumer.run_cycle(timeout=PATIENCE)
    began, cpu, saved = time.perf_counter(), time.process_time(), 0
    while saved < left:
        saved += consumer.run_cycle(timeout=PATIENCE)
    took = time.perf_counter() - began
    consumer.close()
    return {
        "consumer_events_a_second": round(saved / took),
        # Where others keep the cores busy, this tells what an event costs.
        "consumer_cpu_us_an_event": round(1e6 * (time.process_time() - cpu) / saved, 1),
        "plays": Play.objects.count(),
    }


def ceiling() -> dict:
    """kafka-python alone, with the messages that are on the topic."""
    from kafka import KafkaConsumer, KafkaProducer

    from streaming.events import event_log
    from streaming.events.kafka.topics import REQUESTS

    log = event_log()
    options = {"bootstrap_servers": list(log.address.brokers), "metrics_enabled": False}
    reader = KafkaConsumer(log.address.topic, auto_offset_reset="earliest", group_id=None, **options)
    expected, found = sum(log.ends().values()), []
    found += [one for many in reader.poll(timeout_ms=60_000, max_records=500).values() for one in many]
    first, began = len(found), time.perf_counter()
    while len(found) < expected:
        found += [one for many in reader.poll(timeout_ms=60_000, max_records=500).values() for one in many]
    read = (expected - first) / (time.perf_counter() - began)
    reader.close()
    producer = KafkaProducer(
        acks="all", enable_idempotence=True, compression_type="lz4", batch_size=256 * 1024, linger_ms=20, **options
    )
    producer.send(REQUESTS, b"warm").get(60)
    began = time.perf_counter()
    sent = [producer.send(REQUESTS, one.value, one.key) for one in found]
    for one in sent:
        one.get(60)
    wrote = expected / (time.perf_counter() - began)
    producer.close()
    return {
        "kafka_python_writes_a_second": round(wrote),
        "kafka_python_reads_a_second": round(read),
        "message_bytes": round(sum(len(one.value) for one in found) / expected),
    }


PARTS = {"fill": fill, "consume": consume, "ceiling": ceiling}


def child(part: str, environment: dict) -> dict:
    """The figures of one part, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.kafka_events", "--part", part]
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def manage(environment: dict, *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def gunicorn(environment: dict, workers: int) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "musicapp.wsgi", "--worker-class", "gthread", "--threads", "8"]
    command += ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--keep-alive", "75", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"gunicorn does not answer {address}/login/ with a page")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/login/", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def measure(options: argparse.Namespace, folder: Path) -> dict:
    broker = KafkaBroker(JARS, folder / "kafka")
    broker.start()
    try:
        environment = os.environ | {
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "musicapp.settings",
            "EVENT_LOG_URL": broker.url("playback-events"),
        }
        manage(environment, "migrate", "-v", "0")
        manage(environment, "collectstatic", "--no-input", "-v", "0")
        manage(environment, "create_topics", "--partitions", str(options.partitions))
        child("fill", environment)
        with gunicorn(environment, options.workers) as address:
            # The first requests of each process load what it needs.
            post(address, bodies(4_000, options.seed + 1), options.clients)
            figures = post(address, bodies(options.events, options.seed), options.clients)
        return figures | child("consume", environment) | child("ceiling", environment)
    finally:
        broker.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        import django

        django.setup()
        print(json.dumps(PARTS[options.part]()))
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options, Path(folder))
    sizes = {name: value for name, value in vars(options).items() if name != "part"}
    print(json.dumps({"benchmark": "kafka_events", **sizes, **figures, "machine": machine.described()}))


if __name__ == "__main__":
    main()
