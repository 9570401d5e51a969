"""SQLite's full-text index holds each row once, whatever is done to the tables."""

import importlib

import pytest
from django.db import connection

from streaming.models import Album, Artist, Genre, Track
from streaming.search import search

migration = importlib.import_module("streaming.migrations.0002_search")
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="DATABASE_URL names another database")


def test_an_upsert_is_found_and_an_unchanged_one_writes_nothing(smoke, purple):
    def upsert(title: str) -> int:
        """The rows that the upsert changed, the index's own tables included."""
        with connection.cursor() as cursor:
            before = cursor.execute("SELECT total_changes()").fetchone()[0]
            Track.objects.bulk_create(
                [Track(pk=smoke.pk, title=title, artist=purple, listens=500)],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["title", "artist", "listens"],
            )
            return cursor.execute("SELECT total_changes()").fetchone()[0] - before

    assert upsert("Smoke on the Water") == 1
    assert upsert("Fire") > 1
    assert search("smoke").tracks == []
    assert search("fire").tracks == [smoke]


def test_rows_of_before_the_index_are_indexed_by_the_migration(transactional_db, smoke, purple):
    with connection.schema_editor(atomic=False) as editor:
        migration.drop_triggers(None, editor)
        Track.objects.create(title="Highway Star", artist=purple, listens=7)
        assert not search("highway").tracks
        migration.build(None, editor)
        migration.create_triggers(None, editor)
    assert search("highway").tracks
    assert search("smoke").tracks == [smoke]
    assert index_rows() == table_rows()


def test_every_trigger_stands_after_all_migrations(db):
    """SQLite rebuilds a table to alter it and drops its triggers: a migration that does so makes them again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert set(migration.triggers()) <= {name for (name,) in cursor}


def test_the_index_holds_each_row_once(smoke, purple):
    for number in range(50):
        track = Track.objects.create(title=f"Rain {number}", artist=purple, listens=number % 3)
        if number % 2:
            Track.objects.filter(pk=track.pk).update(listens=number % 5, title=f"Snow {number}")
        if number % 7 == 0:
            track.delete()
    purple.name = "Pale"
    purple.save()
    assert index_rows() == table_rows()


def index_rows() -> dict[str, list[tuple]]:
    return {kind.name: rows(f"SELECT rowid, {kind.columns} FROM {kind.index}") for kind in migration.KINDS}


def table_rows() -> dict[str, list[tuple]]:
    """What the index should hold, by Django's own queries."""
    expected = {}
    for kind, model in zip(migration.KINDS, (Artist, Album, Track, Genre), strict=True):
        fields = [kind.popularity, "id", kind.title] + (["artist__name"] if kind.has_artist else [])
        expected[kind.name] = sorted(
            (popularity * 2**32 + pk, f"{title} \ue000", *artist)
            for popularity, pk, title, *artist in model.objects.values_list(*fields)
        )
    return expected


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        return sorted(cursor.execute(sql).fetchall())
