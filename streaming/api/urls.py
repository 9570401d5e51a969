from django.urls import path

from streaming.api.events import EventsView
from streaming.api.likes import LikesView
from streaming.api.lyrics import LyricsView
from streaming.api.playlists import EntriesView, EntryView, PlaylistsView, PlaylistView
from streaming.api.queue import QueueView
from streaming.api.sounds import SoundView

urlpatterns = [
    path("playlists/", PlaylistsView.as_view(), name="api_playlists"),
    path("playlists/<uuid:pk>/", PlaylistView.as_view(), name="api_playlist"),
    path("playlists/<uuid:pk>/tracks/", EntriesView.as_view(), name="api_playlist_tracks"),
    path("playlists/<uuid:pk>/tracks/<int:entry>/", EntryView.as_view(), name="api_playlist_entry"),
    path("events/", EventsView.as_view(), name="events"),
    path("likes/", LikesView.as_view(), name="likes"),
    path("queue/", QueueView.as_view(), name="queue"),
    path("tracks/<int:pk>/lyrics/", LyricsView.as_view(), name="lyrics"),
    path("tracks/<int:pk>/sound/", SoundView.as_view(), name="sound"),
]
