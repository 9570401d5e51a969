"""A small catalogue of generated tones, as a Django fixture file: quick to load, and every title is known."""

from datetime import UTC, datetime
from pathlib import Path

from django.core import serializers

from streaming.models import Album, Artist, Folder, Genre, Track, TrackGenre
from tests.service import write_tones

ARTISTS = 12
SHORT_S, LONG_S = 2.0, 60.0
HTML_TITLE = "<script>document.title = 'injected'</script><img src=x onerror=\"document.title = 'injected'\">"
LONG_TITLE = "W" * 300
RTL_TITLE = "أغنية المساء 🌅"


class Catalogue:
    """Album 1 holds short tones, album 2 long ones, album 3 what is odd; others fill the shelves."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.rows: list = [Folder(pk=1, path=str(folder), origin=Folder.Origin.FOLDER)]
        for pk, title in ((1, "Electronic"), (2, "Folk")):
            self.rows.append(Genre(pk=pk, title=title, top_level_id=pk, track_count=ARTISTS))
        self._tracks = 0

    def fill(self) -> "Catalogue":
        write_tones(self.folder, ["short"], seconds=SHORT_S)
        write_tones(self.folder, ["long", "other"], seconds=LONG_S)
        for pk in range(1, ARTISTS + 1):
            self.rows.append(Artist(pk=pk, name=f"Artist {pk}"))
            self.rows.append(Album(pk=pk, title=f"Album {pk}", artist_id=pk))
        for number in range(1, 4):
            self.add(1, f"Short {number}", SHORT_S)
            # The second is of another pitch.
            self.add(2, f"Long {number}", LONG_S, tone="other" if number == 2 else "long")
        for title in (HTML_TITLE, LONG_TITLE, RTL_TITLE):
            self.add(3, title, SHORT_S)
        self.add(4, "Vanishing", LONG_S)
        self.add(4, "After it", LONG_S)
        self.add(4, "Without audio", SHORT_S, audio_state=Track.AudioState.ABSENT)
        for pk in range(5, ARTISTS + 1):
            self.add(pk, f"Tone {pk} a", SHORT_S)
            self.add(pk, f"Tone {pk} b", LONG_S)
        return self

    def add(self, artist: int, title: str, seconds: float, *, tone: str = "", **fields) -> None:
        """A track on the album of the same number as its artist, with a file of its own."""
        pk = self._tracks = self._tracks + 1
        file = self.folder / f"{pk}.wav"
        file.hardlink_to(self.folder / f"{tone or ('short' if seconds == SHORT_S else 'long')}.wav")
        listens = 1000 - 10 * pk
        self.rows.append(
            Track(
                pk=pk,
                title=title,
                artist_id=artist,
                album_id=artist,
                number=pk,
                genre_top_id=1 + artist % 2,
                duration_ms=int(seconds * 1000),
                listens=listens,
                license="Attribution 4.0",
                license_url="https://creativecommons.org/licenses/by/4.0/",
                folder_id=1,
                path=file.name,
                added_at=datetime(2026, 1, 1, tzinfo=UTC),
                **{"audio_state": Track.AudioState.PRESENT} | fields,
            )
        )
        self.rows.append(TrackGenre(pk=pk, track_id=pk, genre_id=1 + artist % 2, listens=listens))

    def write(self, path: Path) -> Path:
        path.write_text(serializers.serialize("json", self.rows))
        return path
