"""How soon the player shows, sounds, and goes on: in a real Chromium, on a catalogue of FMA's size.

    python -m benchmarks.player [--rounds 10] [--joints 3] [--rank 64] [--seed 1]

Serves the catalogue of `benchmarks/catalogue.py` (106,574 tracks) in embedded mode, with tones as the audio of one
album: a sine of 20 s, cut into pieces of 2 s, as MP3 (with LAME's delay and padding), FLAC, Opus and WAV.

- Paint: from the request of the home page to its first contentful paint, each time in a browser that was never there;
  how many requests were made by then, and until the network was idle; and what came over the wire, compressed.
- Press: from the press on a track of that album to its `playing` event, each time on a page that was just opened.
- Joint: the longest silence between the first and the last sound of the album's pieces, in the samples that the page
  sends to the loudspeakers; Opus at 96 kbit/s made by the service too, where ffmpeg is there.
"""

import argparse
import json
import shutil
import sqlite3
import statistics
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import catalogue, machine, server
from benchmarks.pages import without_sounds
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.player import choose
from tests.browser.recording import record, recording

RATE = 44_100
PIECES, PIECE_SECONDS = 10, 2
FORMATS = {"mp3": "MP3", "flac": "FLAC", "opus": "OGG", "wav": "WAV"}
TARGETS = {"paint_ms": 350, "press_ms": 100, "gap_ms": 20, "js_kb": 100, "css_kb": 40}
VIEWPORT = {"width": 1440, "height": 900}
PATIENCE_MS = 30_000


def album_of(var_dir: Path, format: str) -> int:
    """Gives an album's first tracks the pieces as their audio; returns the album's id."""
    folder = var_dir / "player" / format
    write_pieces(folder, format)
    with closing(sqlite3.connect(var_dir / "db.sqlite3")) as database, database:
        database.execute("INSERT OR IGNORE INTO streaming_folder (path, origin) VALUES (?, 'folder')", [str(folder)])
        [(folder_id,)] = database.execute("SELECT id FROM streaming_folder WHERE path = ?", [str(folder)])
        number = list(FORMATS).index(format)
        [(album,)] = database.execute(
            "SELECT album_id FROM streaming_track WHERE album_id IS NOT NULL GROUP BY album_id HAVING count(*) >= ? "
            "ORDER BY album_id LIMIT 1 OFFSET ?",
            [PIECES, number],
        )
        tracks = database.execute(
            "SELECT id FROM streaming_track WHERE album_id = ? ORDER BY disc_number, number, id", [album]
        ).fetchall()
        database.execute(f"UPDATE streaming_track SET path = '' WHERE folder_id = {folder_id}")
        for piece, (track,) in zip(range(PIECES), tracks, strict=False):
            database.execute(
                "UPDATE streaming_track SET folder_id = ?, path = ? WHERE id = ?",
                [folder_id, f"{piece}.{format}", track],
            )
    return album


def write_pieces(folder: Path, format: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rate = 48_000 if format == "opus" else RATE
    sine = 0.3 * np.sin(2 * np.pi * 441 * np.arange(PIECES * PIECE_SECONDS * rate) / rate)
    for number, piece in enumerate(np.split(sine, PIECES)):
        options = {"subtype": "OPUS"} if format == "opus" else {}
        soundfile.write(folder / f"{number}.{format}", piece, rate, format=FORMATS[format], **options)


def opened(browser: Browser, address: str) -> Page:
    """A page of a browser that was never there."""
    context = browser.new_context(base_url=address, viewport=VIEWPORT)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def paint(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds to the first contentful paint; requests until then, and all; and kilobytes of each kind."""
    page = opened(browser, address)
    page.goto("/", wait_until="networkidle")
    found = page.evaluate(
        """() => {
            const resources = performance.getEntriesByType("resource");
            const kb = (kind) => resources
                .filter(({ name }) => new URL(name).pathname.endsWith(kind))
                .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000;
            const paint_ms = performance.getEntriesByName("first-contentful-paint")[0].startTime;
            return {
                paint_ms,
                requests_by_paint: resources.filter(({ startTime }) => startTime < paint_ms).length + 1,
                js_kb: kb(".js"),
                css_kb: kb(".css"),
                requests: resources.length + 1,
            };
        }"""
    )
    page.context.close()
    return found


def press(browser: Browser, address: str, album: int) -> float:
    """Milliseconds from the press to the `playing` event."""
    page = opened(browser, address)
    page.goto(f"/albums/{album}/", wait_until="networkidle")
    page.evaluate(
        """() => {
            window.playing = new Promise((done) => {
                let pressed;
                document.addEventListener("pointerdown", ({ timeStamp }) => (pressed = timeStamp), true);
                document.addEventListener("playing", () => done(performance.now() - pressed), true);
            });
        }"""
    )
    row = page.locator("#main .row[data-playable]").first
    row.hover()
    row.locator("[data-play]").click()
    milliseconds = page.evaluate("window.playing")
    page.context.close()
    return milliseconds


def gap(browser: Browser, address: str, album: int, joints: int, quality: str = "original") -> float:
    """The longest silence over so many joints, in milliseconds."""
    page = opened(browser, address)
    record(page)
    page.goto(f"/albums/{album}/")
    choose(page, "levelling", "off")
    if quality != "original":
        choose(page, "quality", quality)
    rows = page.locator("#main .row[data-playable]")
    last = rows.nth(joints).get_attribute("data-title")
    rows.first.hover()
    rows.first.locator("[data-play]").click()
    page.wait_for_function(
        """([title, place]) => document.querySelector(".player-title").textContent === title
            && JSON.parse(sessionStorage.getItem("queue-place")).index === place
            && document.getElementById("audio").currentTime > 1""",
        arg=[last, joints],
    )
    silence = recording(page).longest_silence_ms()
    page.context.close()
    return silence


def measure(var_dir: Path, rounds: int, joints: int) -> dict:
    # Once before anything is counted: the catalogue's tables may be those of an older version.
    with server.running(var_dir):
        pass
    without_sounds(var_dir)
    albums = {format: album_of(var_dir, format) for format in FORMATS}
    with server.running(var_dir) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        paint(browser, address)
        paints = [paint(browser, address) for _ in range(rounds)]
        presses = [press(browser, address, albums["mp3"]) for _ in range(rounds)]
        gaps = {format: gap(browser, address, album, joints) for format, album in albums.items()}
        if shutil.which("ffmpeg"):
            gaps["mp3, sent as opus"] = gap(browser, address, albums["mp3"], joints, "opus-96")
        browser.close()
    return {
        "paint_ms": spread([one["paint_ms"] for one in paints]),
        "requests_by_paint": spread([one["requests_by_paint"] for one in paints]),
        "press_ms": spread(presses),
        "gap_ms": {name: round(value, 1) for name, value in gaps.items()},
        **{name: round(paints[0][name], 1) for name in ("js_kb", "css_kb", "requests")},
    }


def spread(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 1), "max": round(max(values), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="pages opened and tracks pressed (default: %(default)s)")
    parser.add_argument("--joints", type=int, default=3, help="joints of each format (default: %(default)s)")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures = measure(catalogue.with_models(rank=options.rank, seed=options.seed), options.rounds, options.joints)
    print(
        json.dumps(
            {
                "benchmark": "player",
                "tracks": 106_574,
                "rounds": options.rounds,
                "joints": options.joints,
                "seed": options.seed,
                **figures,
                "targets": TARGETS,
                "machine": machine.described(),
            }
        )
    )


if __name__ == "__main__":
    main()
