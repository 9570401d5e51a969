"""As `benchmarks.freshness`, on the real servers: through nginx, gunicorn, Kafka, PostgreSQL, Celery and Redis.

    python -m benchmarks.freshness_services [--rate 100] [--seconds 60] [--listeners 500] [--training]

The processes are those of docker-compose.yml that an event passes through, and beat, run by its own commands as
`tests/services/` does; the catalogue of `benchmarks/catalogue.py` (106,574 tracks) is copied into PostgreSQL, and its
200,000 plays are in the lake. With `--training` all models are trained anew from halfway on, as in a night, and the
events of the first ten seconds of that are told by themselves; without it nothing is trained. `cpu_s` is the processor
time of each process and its children meanwhile.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks import catalogue, machine, processor
from benchmarks.freshness import add_common, measure, told
from tests.services.stack import Stack

PROCESSES = ("web", "sockets", "consumer", "refresh", "beat")
TRAINING = ("celery", "--app", "musicapp", "call", "workers.tasks.train_all", "--queue", "training")
# Seconds of a training that are told by themselves.
BEGINNING = 10
TABLES = (
    *("streaming_" + name for name in ("artist", "album", "genre", "track", "trackgenre", "tag", "tracktag")),
    *("streaming_listener", "streaming_play", "recommender_modelrun", "recommender_recommendation"),
)
ROWS = 10_000
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"


@contextmanager
def running(var_dir: Path, processes: Sequence[str]) -> Iterator[Stack]:
    """The processes over a copy of that state, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="freshness-"))
    folder.chmod(0o755)
    stack = Stack(folder, catalogue.STATE.parent)
    try:
        stack.start_servers()
        stack.run("prepare")
        for name in ("models", "lake"):
            shutil.copytree(var_dir / name, stack.state / name, dirs_exist_ok=True)
        copy(var_dir / "db.sqlite3", stack.postgres.url("musicapp"))
        stack.start(processes)
        stack.start_nginx()
        stack.wait_for_web()
        yield stack
    finally:
        stack.end()
        shutil.rmtree(folder, ignore_errors=True)


def copy(source: Path, target: str) -> None:
    """Rows of TABLES, where both have the column, from SQLite into PostgreSQL's empty tables."""
    with closing(sqlite3.connect(source)) as old, psycopg.connect(target) as new:
        # Without checking each row's references; and SQLite's times are UTC.
        new.execute("SET session_replication_role = replica")
        new.execute("SET TIME ZONE 'UTC'")
        for table in TABLES:
            _copy_table(old, new, table)
        new.commit()
        new.autocommit = True
        new.execute("ANALYZE")


def _copy_table(old: sqlite3.Connection, new: psycopg.Connection, table: str) -> None:
    theirs = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
    columns = [name for (name,) in new.execute(COLUMNS, [table]) if name in theirs]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    rows = old.execute(f"SELECT {', '.join(columns)} FROM {table}")
    with new.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as writing:
        while some := rows.fetchmany(ROWS):
            for row in some:
                writing.write_row(row)
    # Only where the ids are counted.
    (sequence,) = new.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()
    if sequence is not None:
        newest = sql.SQL("SELECT setval(%s, max(id)) FROM {}").format(sql.Identifier(table))
        new.execute(newest, [sequence])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=100, help="events a second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="for how long (default: %(default)s)")
    parser.add_argument("--listeners", type=int, default=500, help="open sockets (default: %(default)s)")
    parser.add_argument("--training", action="store_true", help="train all models from halfway on")
    add_common(parser)
    options = parser.parse_args()
    var_dir = catalogue.with_models(rank=options.rank, seed=options.seed)
    tracks = catalogue.track_ids(var_dir)
    processes = (*PROCESSES, "training") if options.training else PROCESSES
    with running(var_dir, processes) as stack:
        load = os.getloadavg()[0]
        before: dict[str, float] = {}
        trained_at: list[float] = []

        def train() -> None:
            stack.run("training", *TRAINING)
            trained_at.append(time.perf_counter())

        times = asyncio.run(
            measure(
                stack.nginx.address,
                options,
                tracks,
                ready=lambda: before.update(computed(stack)),
                halfway=train if options.training else None,
            )
        )
        after = computed(stack)
    beside = [timed for timed in times if trained_at and 0 <= timed.at - trained_at[0] < BEGINNING]
    print(
        json.dumps(
            {
                "benchmark": "freshness_services",
                **vars(options),
                "tracks": len(tracks),
                "events": options.rate * options.seconds,
                "load_before": round(load, 1),
                "cpu_s": {name: round(after[name] - before[name], 1) for name in after},
                **told(times),
                **({"beside_training": told(beside)} if options.training else {}),
                "machine": machine.described(),
            }
        )
    )


def computed(stack: Stack) -> dict[str, float]:
    """Seconds of processor time of each process and server so far, of its children too."""
    servers = {"nginx": stack.nginx, "redis": stack.redis, "postgres": stack.postgres, "kafka": stack.kafka}
    pids = {name: process.process.pid for name, process in (stack.processes | servers).items()}
    found = {name: processor.seconds(pid) for name, pid in pids.items()}
    return found | {"this": processor.seconds(os.getpid()) - sum(found.values())}


if __name__ == "__main__":
    main()
