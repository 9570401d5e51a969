from streaming.models.catalog import Album, Artist, Folder, Genre, Track, TrackGenre
from streaming.models.erasure import Erasure
from streaming.models.event_log import ConsumerOffset, DeadLetter, LogHead, LogRecord
from streaming.models.history import Play, Search
from streaming.models.library import Ban, Like
from streaming.models.listener import Listener
from streaming.models.playlist import Playlist, PlaylistEntry
from streaming.models.queue import PlayQueue
from streaming.models.sound import Sound
from streaming.models.tag import Tag, TrackTag
from streaming.models.taste_settings import TasteSettings

__all__ = [
    "Album",
    "Artist",
    "Ban",
    "ConsumerOffset",
    "DeadLetter",
    "Erasure",
    "Folder",
    "Genre",
    "Like",
    "Listener",
    "LogHead",
    "LogRecord",
    "Play",
    "PlayQueue",
    "Playlist",
    "PlaylistEntry",
    "Search",
    "Sound",
    "Tag",
    "TasteSettings",
    "Track",
    "TrackGenre",
    "TrackTag",
]
