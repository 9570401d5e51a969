"""The catalogue, the library, the history and the event log, for whoever runs the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db.models import QuerySet, URLField

from streaming.catalog import TrackGenres, count_genre_tracks, save_track_genres
from streaming.models import (
    Album,
    Artist,
    Ban,
    ConsumerOffset,
    DeadLetter,
    Folder,
    Genre,
    Like,
    Listener,
    LogRecord,
    Play,
    Playlist,
    Search,
    Sound,
    Track,
    TrackTag,
)
from streaming.tags import count_tracks, tag_anew


class LargeAdmin(admin.ModelAdmin):
    """A list of 100,000 rows and more: counted once, not twice, and with its related rows in one query."""

    show_full_result_count = False
    list_per_page = 50


class RecordAdmin(LargeAdmin):
    """What events made: to look at, not to edit. It can be deleted, or no listener and no track could be."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyAdmin(RecordAdmin):
    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class TagsAdmin(LargeAdmin):
    """What is saved or deleted here may say other tags of its tracks: the tables of tags follow at once."""

    def tracks_of(self, objects) -> QuerySet[Track]:
        raise NotImplementedError

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if {"tags", "album", "artist", "listens"} & {*form.changed_data}:
            tag_anew(self.tracks_of([form.instance]))

    def delete_model(self, request, obj) -> None:
        with self._tags_following([obj]):
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset) -> None:
        with self._tags_following(queryset):
            super().delete_queryset(request, queryset)

    @contextmanager
    def _tags_following(self, objects) -> Iterator[None]:
        """Of an album that goes its tracks stay, without its tags."""
        tracks = list(self.tracks_of(objects).values_list("pk", flat=True))
        tags = set(TrackTag.objects.filter(track__in=tracks).values_list("tag", flat=True))
        yield
        tag_anew(Track.objects.filter(pk__in=tracks))
        count_tracks(tags)


class GenreCountsAdmin(LargeAdmin):
    """Deleting here takes tracks or their genres along, so `Genre.track_count` is brought up to date."""

    def delete_model(self, request, obj) -> None:
        super().delete_model(request, obj)
        count_genre_tracks()

    def delete_queryset(self, request, queryset) -> None:
        super().delete_queryset(request, queryset)
        count_genre_tracks()


@admin.register(Folder)
class FolderAdmin(admin.ModelAdmin):
    list_display = ["path", "origin"]
    list_filter = ["origin"]
    search_fields = ["path"]


@admin.register(Genre)
class GenreAdmin(GenreCountsAdmin):
    list_display = ["title", "parent", "top_level", "track_count", "fma_id"]
    list_filter = [("parent", admin.EmptyFieldListFilter)]
    list_select_related = ["parent", "top_level"]
    search_fields = ["title"]
    autocomplete_fields = ["parent", "top_level"]
    readonly_fields = ["track_count"]


@admin.register(Artist)
class ArtistAdmin(TagsAdmin, GenreCountsAdmin):
    list_display = ["name", "location", "active_year_begin", "active_year_end", "favorites", "fma_id"]
    search_fields = ["name"]

    def tracks_of(self, objects) -> QuerySet[Track]:
        return Track.objects.filter(artist__in=objects)


@admin.register(Album)
class AlbumAdmin(TagsAdmin):
    list_display = ["title", "artist", "type", "date_released", "listens", "favorites", "fma_id"]
    list_filter = ["type"]
    list_select_related = ["artist"]
    search_fields = ["title", "artist__name"]
    autocomplete_fields = ["artist"]
    # The model's own order, by date over all albums, has no index.
    ordering = ["-pk"]

    def tracks_of(self, objects) -> QuerySet[Track]:
        return Track.objects.filter(album__in=objects)


class TrackForm(forms.ModelForm):
    all_genres = forms.ModelMultipleChoiceField(
        Genre.objects.all(), required=False, label="Genres", widget=FilteredSelectMultiple("genres", is_stacked=False)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["all_genres"].initial = list(self.instance.genres.values_list("pk", flat=True))


@admin.register(Track)
class TrackAdmin(TagsAdmin, GenreCountsAdmin):
    form = TrackForm
    list_display = ["title", "artist", "album", "genre_top", "duration_ms", "license", "year", "listens", "audio_state"]
    list_filter = ["audio_state", "genre_top", "folder"]
    list_select_related = ["artist", "album", "genre_top"]
    search_fields = ["title", "artist__name"]
    autocomplete_fields = ["artist", "album", "genre_top", "folder"]
    readonly_fields = ["added_at"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    # The model's own order, album by album, would sort all tracks for each page.
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["title", "artist", "album", "disc_number", "number", "genre_top", "all_genres"]}),
        ("Licence", {"fields": ["license", "license_url"]}),
        ("Description", {"fields": ["year", "language_code", "composer", "information", "tags"]}),
        ("Popularity at the Free Music Archive", {"fields": ["fma_id", "listens", "favorites"]}),
        ("Audio", {"fields": ["folder", "path", "audio_state", "audio_problem", "duration_ms", "bit_rate"]}),
        ("Added", {"fields": ["added_at"]}),
    ]

    def tracks_of(self, objects) -> QuerySet[Track]:
        return Track.objects.filter(pk__in=[track.pk for track in objects])

    def save_related(self, request, form, formsets, change) -> None:
        """`TrackGenre.listens` and `Genre.track_count` repeat what was just saved, so both follow."""
        super().save_related(request, form, formsets, change)
        track = form.instance
        genre_pks = frozenset(genre.pk for genre in form.cleaned_data["all_genres"])
        save_track_genres(wanted={track.pk: TrackGenres(track.listens, genre_pks)})
        count_genre_tracks()


@admin.register(Sound)
class SoundAdmin(RecordAdmin):
    """A row that is deleted is measured anew."""

    list_display = ["track", "loudness", "album_loudness", "peak", "problem", "measured_at"]
    list_filter = [("problem", admin.EmptyFieldListFilter)]
    list_select_related = ["track"]
    search_fields = ["track__title", "problem"]
    exclude = ["waveform"]


@admin.register(Listener)
class ListenerAdmin(LargeAdmin):
    list_display = ["__str__", "is_simulated", "user", "created_at", "last_event_at"]
    list_filter = ["is_simulated", ("user", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "id__startswith"]
    raw_id_fields = ["user", "merged_into"]
    readonly_fields = ["id", "is_simulated", "is_personalised", "created_at", "last_event_at"]
    ordering = ["-pk"]


@admin.register(Play)
class PlayAdmin(RecordAdmin):
    list_display = ["track", "listener", "simulated", "outcome", "heard", "source", "started_at"]
    list_filter = ["outcome", "listener__is_simulated", "started_at"]
    list_select_related = ["track", "listener__user"]
    search_fields = ["track__title", "listener__user__username"]

    @admin.display(boolean=True)
    def simulated(self, play: Play) -> bool:
        return play.listener.is_simulated

    @admin.display(description="heard")
    def heard(self, play: Play) -> str:
        return f"{play.share:.0%}"


@admin.register(Search)
class SearchAdmin(RecordAdmin):
    list_display = ["query", "listener", "at"]
    list_filter = ["at"]
    list_select_related = ["listener__user"]
    search_fields = ["query", "listener__user__username"]


@admin.register(Playlist)
class PlaylistAdmin(admin.ModelAdmin):
    """What is public can be taken down here."""

    list_display = ["name", "listener", "is_public", "updated_at"]
    list_select_related = ["listener__user"]
    list_filter = ["is_public"]
    search_fields = ["name"]
    raw_id_fields = ["listener"]


@admin.register(Like, Ban)
class VerdictAdmin(RecordAdmin):
    list_display = ["track", "listener", "simulated", "at"]
    list_filter = ["listener__is_simulated", "at"]
    list_select_related = ["track", "listener__user"]
    search_fields = ["track__title", "listener__user__username"]

    @admin.display(boolean=True)
    def simulated(self, verdict: Like | Ban) -> bool:
        return verdict.listener.is_simulated


@admin.register(LogRecord)
class LogRecordAdmin(ReadOnlyAdmin):
    list_display = ["offset", "event_id", "key", "appended_at"]
    list_filter = ["appended_at"]
    search_fields = ["event_id__startswith", "key__startswith"]
    ordering = ["-offset"]


@admin.register(ConsumerOffset)
class ConsumerOffsetAdmin(ReadOnlyAdmin):
    list_display = ["group", "next_offset"]


@admin.register(DeadLetter)
class DeadLetterAdmin(RecordAdmin):
    """Deleted by whoever has looked into it."""

    list_display = ["offset", "event_id", "reason", "at"]
    list_filter = ["at"]
    search_fields = ["event_id", "reason"]
