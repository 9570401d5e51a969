"""How long a search takes on a catalogue of FMA's size, in the server, without its page.

    python -m benchmarks.search [--queries 300] [--rank 64] [--seed 1]

Asks the catalogue of `benchmarks/catalogue.py` (106,574 tracks), one query after another, for whole titles, words,
their beginnings down to one letter, and titles with a typing error: a letter left out, doubled or swapped with the
next. Each kind is asked for a few times first, and these are not counted; so the reading of the vocabulary, which
happens once in ten minutes, is timed apart.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Callable

import numpy as np

from benchmarks import catalogue, machine

WARM_UP = 5
TARGET_P95_MS = 50


def with_an_error(word: str, choose: random.Random) -> str:
    """A letter behind the first is left out, doubled, or swapped with the one after it."""
    place = choose.randrange(1, len(word) - 1)
    before, here, after = word[:place], word[place], word[place + 1 :]
    return choose.choice([before + after, before + here + here + after, before + after[0] + here + after[1:]])


def queries(titles: list[str], count: int, choose: random.Random) -> dict[str, list[str]]:
    long_words = sorted({word for title in titles for word in title.split() if len(word) >= 6 and word.isalpha()})

    def word() -> str:
        return choose.choice(choose.choice(titles).split())

    kinds: dict[str, Callable[[], str]] = {
        "title": lambda: choose.choice(titles),
        "word": word,
        "beginning": lambda: word()[: choose.choice([1, 2, 3])],
        "typing error": lambda: with_an_error(choose.choice(long_words), choose),
    }
    return {kind: [make() for _ in range(count)] for kind, make in kinds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.environ["VAR_DIR"] = str(catalogue.with_models(rank=args.rank, seed=args.seed))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicapp.settings")

    import django

    django.setup()
    from streaming.models import Track
    from streaming.search import search, spelling
    from streaming.search.search import INDEXES

    titles = [title for title in Track.objects.values_list("title", flat=True) if title.strip()]
    started = time.perf_counter()
    words = len(spelling.vocabulary(INDEXES["sqlite"]).words)
    vocabulary_ms = 1000 * (time.perf_counter() - started)
    figures = {}
    for kind, texts in queries(titles, args.queries + WARM_UP, random.Random(args.seed)).items():
        times, found = [], 0
        for text in texts:
            started = time.perf_counter()
            found += bool(search(text))
            times.append(1000 * (time.perf_counter() - started))
        p50, p95, p99 = np.percentile(times[WARM_UP:], (50, 95, 99)).round(1).tolist()
        figures[kind] = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "found": round(found / len(texts), 3)}
        print(f"{kind}: {figures[kind]}")
    told = {"machine": machine.described(), "tracks": len(titles), "queries": args.queries, "seed": args.seed}
    told |= {"target_p95_ms": TARGET_P95_MS, "vocabulary": {"words": words, "ms": round(vocabulary_ms)}}
    print(json.dumps(told | {"search": figures}))


if __name__ == "__main__":
    main()
