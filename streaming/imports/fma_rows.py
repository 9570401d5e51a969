"""Rows of FMA's tracks.csv as artists, albums and tracks of the catalogue, not saved yet."""

from streaming.imports.fma_audio import Audio
from streaming.imports.fma_table import Row
from streaming.imports.licences import licence_url
from streaming.models import Album, Artist, Track

WANTED = {
    "album": "date_released favorites id information listens producer tags title type",
    "artist": "active_year_begin active_year_end bio favorites id location name tags website",
    "track": "bit_rate composer date_recorded duration favorites genre_top genres genres_all information "
    "language_code license listens number tags title",
}
TRACK_COLUMNS = (("track_id",), *((level, name) for level, names in WANTED.items() for name in names.split()))

# 24 days: more milliseconds do not fit the field.
LONGEST_SECONDS = 2**31 // 1000 - 1
UNTITLED = "Untitled"


def read_artist(row: Row) -> Artist:
    begin, end = row.date("artist", "active_year_begin"), row.date("artist", "active_year_end")
    return Artist(
        fma_id=row.id("artist", "id"),
        name=row.required_text("artist", "name"),
        bio=row.text("artist", "bio"),
        location=row.text("artist", "location"),
        website=row.text("artist", "website"),
        active_year_begin=begin and begin.year,
        active_year_end=end and end.year,
        favorites=row.number("artist", "favorites"),
        tags=row.texts("artist", "tags"),
    )


def read_album(row: Row) -> Album | None:
    """Without its artist. None for a track that FMA has on no album, whose album id is -1."""
    number = row.number("album", "id")
    if not number:
        return None
    return Album(
        fma_id=number,
        title=row.text("album", "title") or UNTITLED,
        type=row.text("album", "type"),
        date_released=row.date("album", "date_released"),
        information=row.text("album", "information"),
        producer=row.text("album", "producer"),
        listens=row.number("album", "listens"),
        favorites=row.number("album", "favorites"),
        tags=row.texts("album", "tags"),
    )


def read_track(row: Row, audio: Audio) -> Track:
    """Without its artist, album and genres."""
    licence = row.text("track", "license")
    return Track(
        fma_id=row.id("track_id"),
        title=row.text("track", "title") or UNTITLED,
        number=row.number("track", "number"),
        duration_ms=row.number("track", "duration", largest=LONGEST_SECONDS) * 1000,
        bit_rate=row.number("track", "bit_rate"),
        license=licence,
        license_url=licence_url(licence),
        year=_year(row),
        language_code=row.text("track", "language_code"),
        composer=row.text("track", "composer"),
        information=row.text("track", "information"),
        tags=row.texts("track", "tags"),
        listens=row.number("track", "listens"),
        favorites=row.number("track", "favorites"),
        folder_id=audio.folder_id,
        path=audio.path,
        audio_state=audio.audio_state,
        audio_problem=audio.audio_problem,
    )


def _year(row: Row) -> int | None:
    """Of the recording, else of the album; none where FMA knows neither.

    `date_created` is no substitute: it tells when the track was uploaded, and a third of the tracks have only that,
    recordings of the 1920s among them.
    """
    made = row.date("track", "date_recorded") or row.date("album", "date_released")
    return made and made.year
