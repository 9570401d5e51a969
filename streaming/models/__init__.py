from streaming.models.catalog import Album, Artist, Folder, Genre, Track, TrackGenre
from streaming.models.event_log import ConsumerOffset, DeadLetter, LogHead, LogRecord
from streaming.models.history import Play, Search
from streaming.models.library import Ban, Like
from streaming.models.listener import Listener

__all__ = [
    "Album",
    "Artist",
    "Ban",
    "ConsumerOffset",
    "DeadLetter",
    "Folder",
    "Genre",
    "Like",
    "Listener",
    "LogHead",
    "LogRecord",
    "Play",
    "Search",
    "Track",
    "TrackGenre",
]
