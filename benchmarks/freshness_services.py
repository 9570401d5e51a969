"""As `benchmarks.freshness`, on the real servers: through nginx, gunicorn, Kafka, PostgreSQL, Celery and Redis.

    python -m benchmarks.freshness_services [--rate 100] [--seconds 60] [--listeners 500]

The processes are those of docker-compose.yml that an event passes through, and beat, run by its own commands as
`tests/services/` does; the catalogue of `benchmarks/catalogue.py` (106,574 tracks) is copied into PostgreSQL. Nothing
is trained or analysed meanwhile.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks import catalogue, machine
from benchmarks.freshness import measure, percentiles
from tests.services.stack import Stack

PROCESSES = ("web", "sockets", "consumer", "refresh", "beat")
TABLES = (
    *("streaming_" + name for name in ("artist", "album", "genre", "track", "trackgenre", "tag", "tracktag")),
    *("streaming_listener", "streaming_play", "recommender_modelrun", "recommender_recommendation"),
)
ROWS = 10_000
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"


@contextmanager
def running(var_dir: Path) -> Iterator[Stack]:
    """The processes over a copy of that state, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="freshness-"))
    folder.chmod(0o755)
    stack = Stack(folder, catalogue.STATE.parent)
    try:
        stack.start_servers()
        stack.run("prepare")
        shutil.copytree(var_dir / "models", stack.state / "models")
        copy(var_dir / "db.sqlite3", stack.postgres.url("musicapp"))
        stack.start(PROCESSES)
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
    parser.add_argument("--rank", type=int, default=64, help="factors a track (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    var_dir = catalogue.with_models(rank=options.rank, seed=options.seed)
    tracks = catalogue.track_ids(var_dir)
    with running(var_dir) as stack:
        load = os.getloadavg()[0]
        begun = time.perf_counter()
        times = asyncio.run(measure(stack.nginx.address, options, tracks))
        took = time.perf_counter() - begun
    acknowledged, changed = zip(*times, strict=True)
    print(
        json.dumps(
            {
                "benchmark": "freshness_services",
                **vars(options),
                "tracks": len(tracks),
                "events": len(times),
                "took_s": round(took, 1),
                "load_before": round(load, 1),
                "acknowledged": percentiles(acknowledged),
                "shelf_changed": percentiles(changed),
                "machine": machine.described(),
            }
        )
    )


if __name__ == "__main__":
    main()
