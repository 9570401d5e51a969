"""The search index: one SQLite FTS5 table a kind, kept by triggers, so that any write is found at once.

`streaming/search.py` reads it, and explains the row ids and the end mark. SQLite rebuilds a table to alter it, which
fails with "error in trigger" or drops the table's triggers: a later migration that alters tracks, albums, artists or
genres runs `drop_triggers` before and `create_triggers` after, and `build` where it changed titles or popularity.
"""

from dataclasses import dataclass

from django.db import migrations

END = "\ue000"


@dataclass(frozen=True)
class Kind:
    name: str
    title: str  # the column that is searched
    popularity: str  # the column that orders equal matches
    has_artist: bool  # found by the artist's name too

    @property
    def table(self) -> str:
        return f"streaming_{self.name}"

    @property
    def index(self) -> str:
        return f"streaming_search_{self.name}"

    @property
    def columns(self) -> str:
        return "title, artist" if self.has_artist else "title"

    def rowid(self, row: str) -> str:
        return f"(({row}.{self.popularity} << 32) | {row}.id)"

    def values(self, row: str) -> str:
        title = f"{row}.{self.title} || ' {END}'"
        artist = f", (SELECT name FROM streaming_artist WHERE id = {row}.artist_id)" if self.has_artist else ""
        return title + artist

    def has_changed(self) -> str:
        return " OR ".join(f"old.{column} IS NOT new.{column}" for column in self.source_columns())

    def source_columns(self) -> list[str]:
        return [self.title, self.popularity] + (["artist_id"] if self.has_artist else [])


KINDS = [
    Kind("artist", title="name", popularity="favorites", has_artist=False),
    Kind("album", title="title", popularity="listens", has_artist=True),
    Kind("track", title="title", popularity="listens", has_artist=True),
    Kind("genre", title="title", popularity="track_count", has_artist=False),
]


def create_tables(apps, schema_editor):
    """Single letters have an index of their own (prefix='1'); lengths of texts (columnsize) are not needed, as the
    order is by popularity."""
    for kind in KINDS:
        _execute(
            schema_editor,
            f"CREATE VIRTUAL TABLE {kind.index} USING fts5({kind.columns}, prefix='1', columnsize=0, "
            "tokenize='unicode61 remove_diacritics 2')",
        )


def drop_tables(apps, schema_editor):
    for kind in KINDS:
        _execute(schema_editor, f"DROP TABLE IF EXISTS {kind.index}")


def build(apps, schema_editor):
    """Index every row anew."""
    for kind in KINDS:
        _execute(schema_editor, f"DELETE FROM {kind.index}")
        _execute(
            schema_editor,
            f"INSERT INTO {kind.index}(rowid, {kind.columns}) "
            f"SELECT {kind.rowid('row')}, {kind.values('row')} FROM {kind.table} AS row",
        )


def create_triggers(apps, schema_editor):
    for name, trigger in triggers().items():
        _execute(schema_editor, f"CREATE TRIGGER {name} {trigger}")


def drop_triggers(apps, schema_editor):
    for name in triggers():
        _execute(schema_editor, f"DROP TRIGGER IF EXISTS {name}")


def triggers() -> dict[str, str]:
    """An upsert that changes nothing searchable costs a comparison: the conditions say so."""
    made = {}
    for kind in KINDS:
        add = f"INSERT INTO {kind.index}(rowid, {kind.columns}) VALUES ({kind.rowid('new')}, {kind.values('new')});"
        remove = f"DELETE FROM {kind.index} WHERE rowid = {kind.rowid('old')};"
        made[f"{kind.index}_insert"] = f"AFTER INSERT ON {kind.table} BEGIN {add} END"
        made[f"{kind.index}_delete"] = f"AFTER DELETE ON {kind.table} BEGIN {remove} END"
        made[f"{kind.index}_update"] = (
            f"AFTER UPDATE OF {', '.join(kind.source_columns())} ON {kind.table} "
            f"WHEN {kind.has_changed()} BEGIN {remove} {add} END"
        )
    renames = " ".join(
        f"UPDATE {kind.index} SET artist = new.name WHERE rowid IN "
        f"(SELECT {kind.rowid('work')} FROM {kind.table} AS work WHERE work.artist_id = new.id);"
        for kind in KINDS
        if kind.has_artist
    )
    made["streaming_search_artist_rename"] = (
        f"AFTER UPDATE OF name ON streaming_artist WHEN old.name IS NOT new.name BEGIN {renames} END"
    )
    return made


def _execute(schema_editor, sql):
    """Another vendor has a search of its own, and none of these tables."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("streaming", "0001_initial")]

    operations = [
        migrations.RunPython(create_tables, drop_tables),
        migrations.RunPython(build, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
