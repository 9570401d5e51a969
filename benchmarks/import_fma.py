"""Time and memory of `manage.py import_fma` on a generated data set of FMA's size, and of the same import again.

    python -m benchmarks.import_fma [--genres genres.csv] [--features] [--tracks 106574] [--into VAR_DIR]

`--into` leaves the migrated and filled database in that VAR_DIR, for other benchmarks; without it, a database under
the service's own VAR_DIR/benchmarks is made anew. The data set is kept there and generated once.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import machine
from benchmarks.fma_dataset import Size, generate, sized
from musicapp.environment import PROJECT, Environment

SECONDS, GIBIBYTES = 60, 1.0


def manage(var_dir: Path, *command: str) -> tuple[float, float, float]:
    """Runs manage.py on a state folder; returns wall and CPU time in seconds and peak resident memory in GiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=PROJECT, env=os.environ | {"VAR_DIR": str(var_dir)},
        stdout=sys.stderr,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"manage.py {' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2


def fresh_database(var_dir: Path) -> None:
    for path in var_dir.glob("db.sqlite3*"):
        path.unlink()
    manage(var_dir, "migrate", "--verbosity", "0", "--skip-checks")


def measure(data_set: Path, var_dir: Path) -> dict[str, float]:
    fresh_database(var_dir)
    seconds, cpu, memory = manage(var_dir, "import_fma", str(data_set))
    again, cpu_again, memory_again = manage(var_dir, "import_fma", str(data_set))
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_gib": round(memory, 2),
        "second_import_seconds": round(again, 1),
        "second_import_cpu_seconds": round(cpu_again, 1),
        "second_import_peak_gib": round(memory_again, 2),
        "database_mib": round((var_dir / "db.sqlite3").stat().st_size / 1024**2),
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--genres", type=Path, help="FMA's genres.csv; else 163 genres are invented")
    parser.add_argument("--features", action="store_true", help="with features.csv (about 0.9 GB)")
    parser.add_argument("--tracks", type=int, default=Size.tracks)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, help="the VAR_DIR whose database is replaced by the imported one")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    benchmarks = Environment().var_dir / "benchmarks"
    name = f"fma-{args.tracks}" + ("-features" if args.features else "")
    size = sized(args.tracks)
    data_set = generate(benchmarks / name, size=size, genres_file=args.genres, features=args.features, seed=args.seed)
    var_dir = (args.into or benchmarks / "import-fma").resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    figures = measure(data_set, var_dir)
    table = data_set / "fma_metadata" / "tracks.csv"
    print(
        json.dumps(
            {
                "benchmark": "import_fma",
                **figures,
                "limits": {"seconds": SECONDS, "peak_gib": GIBIBYTES},
                "reached": figures["seconds"] <= SECONDS and figures["peak_gib"] <= GIBIBYTES,
                "tracks": size.tracks,
                "artists": size.artists,
                "albums": size.albums,
                "genres": 163,
                "tracks_csv_mb": round(table.stat().st_size / 1e6),
                "features_csv": args.features,
                "seed": args.seed,
                "machine": machine.described(),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
