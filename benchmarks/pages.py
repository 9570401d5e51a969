"""How long the pages take on a catalogue of FMA's size, from the request to the last byte.

    python -m benchmarks.pages [--requests 200] [--rank 64] [--seed 1]

Serves the catalogue of `benchmarks/catalogue.py` (106,574 tracks) in embedded mode and asks one browser's requests,
one after another over one connection: home, and artists, genres and searches drawn by chance. Artists are drawn by
their number of tracks, so that long pages come as often as listeners would open them; genres alike, half of them on
a page further down; searches are words, beginnings of words and whole titles of the catalogue. Each kind is asked
for a few times first, and these are not counted.
"""

import argparse
import json
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import numpy as np

from benchmarks import catalogue, machine, server

WARM_UP = 10
TARGET_P95_MS = 100


def addresses(var_dir: Path, count: int, choose: random.Random) -> dict[str, list[str]]:
    with closing(sqlite3.connect(var_dir / "db.sqlite3")) as database:

        def column(query: str) -> list:
            return [value for (value,) in database.execute(query)]

        artists = column("SELECT artist_id FROM streaming_track")
        genres = column("SELECT genre_id FROM streaming_trackgenre")
        titles = column("SELECT title FROM streaming_track WHERE title <> ''")
        further = {
            genre: f"{listens}~{track}"
            for genre, listens, track in database.execute(
                "SELECT genre_id, listens, track_id FROM streaming_trackgenre ORDER BY random() LIMIT 20000"
            )
        }

    def genre() -> str:
        pk = choose.choice(genres)
        return f"/genres/{pk}/" + (f"?after={further[pk]}" if pk in further and choose.random() < 0.5 else "")

    def search() -> str:
        title = choose.choice(titles)
        word = choose.choice(title.split())
        return str(httpx.URL("/search/", params={"q": choose.choice([title, word, word[:2], word[:1]])}))

    return {
        "home": ["/"] * count,
        "artist": [f"/artists/{choose.choice(artists)}/" for _ in range(count)],
        "genre": [genre() for _ in range(count)],
        "search": [search() for _ in range(count)],
    }


def times_of(client: httpx.Client, pages: list[str]) -> np.ndarray:
    """Milliseconds of each request; raises where a page is not answered with 200."""
    times = []
    for page in pages:
        start = time.perf_counter()
        client.get(page).raise_for_status()
        times.append(1000 * (time.perf_counter() - start))
    return np.array(times)


def measure(var_dir: Path, requests: int, seed: int) -> dict[str, dict[str, float]]:
    with server.running(var_dir) as address, httpx.Client(base_url=address, timeout=60) as client:
        figures = {}
        for kind, pages in addresses(var_dir, requests + WARM_UP, random.Random(seed)).items():
            times = times_of(client, pages)[WARM_UP:]
            p50, p95 = np.percentile(times, [50, 95])
            figures[kind] = {
                "p50_ms": round(float(p50), 1),
                "p95_ms": round(float(p95), 1),
                "max_ms": round(float(times.max()), 1),
            }
            print(f"{kind:8} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   max {times.max():6.1f} ms", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200, help="requests of each page (default: %(default)s)")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures = measure(catalogue.with_models(rank=options.rank, seed=options.seed), options.requests, options.seed)
    met = all(figure["p95_ms"] <= TARGET_P95_MS for figure in figures.values())
    print(
        json.dumps(
            {
                "benchmark": "pages",
                "tracks": 106_574,
                "requests": options.requests,
                "pages": figures,
                "target_p95_ms": TARGET_P95_MS,
                "met": met,
                "machine": machine.described(),
            }
        )
    )


if __name__ == "__main__":
    main()
