"""A killed import goes on where it was."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from musicapp.environment import PROJECT

TRACKS = 2_000
# Everything of a track, by FMA's ids: an interrupted import may number its rows otherwise.
CONTENT = """
    SELECT track.fma_id, track.title, track.listens, artist.fma_id, album.fma_id, album_artist.fma_id, top.fma_id,
        (SELECT group_concat(fma_id || ':' || listens) FROM
            (SELECT genre.fma_id, row.listens FROM streaming_trackgenre row JOIN streaming_genre genre
             ON genre.id = row.genre_id WHERE row.track_id = track.id ORDER BY genre.fma_id))
    FROM streaming_track track
    JOIN streaming_artist artist ON artist.id = track.artist_id
    JOIN streaming_album album ON album.id = track.album_id
    JOIN streaming_artist album_artist ON album_artist.id = album.artist_id
    JOIN streaming_genre top ON top.id = track.genre_top_id
    ORDER BY track.fma_id
"""


class State:
    """A state folder of its own, for processes that can be killed."""

    def __init__(self, var_dir: Path) -> None:
        self.environment = os.environ | {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "musicapp.settings"}
        self.database = var_dir / "db.sqlite3"
        assert self.manage("migrate", "--verbosity", "0", "--skip-checks").wait() == 0

    def manage(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=PROJECT, env=self.environment, stdout=subprocess.DEVNULL
        )

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def tracks(self) -> int:
        return self.rows("SELECT count(*) FROM streaming_track")[0][0]


def test_kill_9_in_the_middle(data_set, tmp_path):
    data_set.write_tracks(
        *(
            {"track_id": n, ("artist", "id"): n // 7 + 1, ("album", "id"): n // 5 + 1, ("track", "title"): f"No {n}"}
            for n in range(1, TRACKS + 1)
        )
    )
    killed, undisturbed = State(tmp_path / "killed"), State(tmp_path / "undisturbed")

    process = killed.manage("import_fma", str(data_set.folder), "--batch-size", "5")
    while not killed.tracks():
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    kept = killed.rows("SELECT id, fma_id FROM streaming_track")
    assert 0 < len(kept) < TRACKS

    for state in (killed, undisturbed):
        assert state.manage("import_fma", str(data_set.folder)).wait() == 0
    assert killed.tracks() == TRACKS
    assert killed.rows(CONTENT) == undisturbed.rows(CONTENT)
    assert set(kept) <= set(killed.rows("SELECT id, fma_id FROM streaming_track"))
    assert killed.rows("PRAGMA integrity_check") == [("ok",)]
