"""A track as a player needs it."""

from streaming.models import Track
from streaming.templatetags.catalog import cover


def track_json(track: Track) -> dict:
    return {
        "id": track.pk,
        "title": track.title,
        "artist": track.artist.name,
        "duration_ms": track.duration_ms,
        "audio": track.audio_url,
        "url": track.get_absolute_url(),
        "artist_url": track.artist.get_absolute_url(),
        "cover": cover(track),
    }
