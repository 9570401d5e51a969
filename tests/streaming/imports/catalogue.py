"""What stands in the catalogue, to be compared before and after."""

from streaming.models import Album, Artist, Folder, Genre, Track, TrackGenre


def everything() -> dict[str, list]:
    """Every row of every table that imports write."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Genre, Artist, Album, Track, TrackGenre, Folder)
    }


def without_keys() -> list[tuple]:
    """Every track with what belongs to it, by FMA's ids, since two databases may number differently."""
    fields = [
        f.name
        for f in Track._meta.concrete_fields
        if f.name not in ("id", "artist", "album", "genre_top", "folder", "added_at")
    ]
    rows = Track.objects.order_by("fma_id").values_list(*fields, "artist__name", "album__title", "genre_top__title")
    genres = TrackGenre.objects.order_by("track__fma_id", "genre__fma_id")
    return [
        *rows,
        *genres.values_list("track__fma_id", "genre__fma_id", "listens"),
        *Genre.objects.order_by("fma_id").values_list("fma_id", "title", "parent__fma_id", "track_count"),
    ]
