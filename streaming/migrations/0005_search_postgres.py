"""The search index in PostgreSQL: one table a kind, kept by triggers, so that any write is found at once.

`streaming/search/postgres.py` reads it. The extension unaccent is a trusted one: the owner of the database may make it.
"""

from dataclasses import dataclass

from django.db import migrations

# Immutable in fact, as nobody changes the rules of unaccent; PostgreSQL cannot know that.
# The last class is END of SQLite's index and its like: characters for private use.
NORMALISE = r"""
    CREATE FUNCTION streaming_search_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT trim(regexp_replace(lower(unaccent(normalize($1, NFKC))), '[[:punct:][:space:]$+<=>^`|~\uE000]+', ' ', 'g'))
    $$
"""


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

    def values(self, row: str) -> str:
        title = f"streaming_search_text({row}.{self.title})"
        artist = (
            f" || ' ' || coalesce((SELECT streaming_search_text(name) FROM streaming_artist WHERE id = {row}.artist_id), '')"
            if self.has_artist
            else ""
        )
        return f"{row}.id, {row}.{self.popularity}, {title}, to_tsvector('simple', {title}{artist})"

    def source_columns(self) -> list[str]:
        return [self.title, self.popularity] + (["artist_id"] if self.has_artist else [])


KINDS = [
    Kind("artist", title="name", popularity="favorites", has_artist=False),
    Kind("album", title="title", popularity="listens", has_artist=True),
    Kind("track", title="title", popularity="listens", has_artist=True),
    Kind("genre", title="title", popularity="track_count", has_artist=False),
]


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    execute = schema_editor.execute
    execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    execute(NORMALISE)
    for kind in KINDS:
        execute(
            f"CREATE TABLE {kind.index} "
            "(id bigint PRIMARY KEY, popularity bigint NOT NULL, title text NOT NULL, document tsvector NOT NULL)"
        )
        execute(f"INSERT INTO {kind.index} SELECT {kind.values('made')} FROM {kind.table} AS made")
        execute(f"CREATE INDEX {kind.index}_document ON {kind.index} USING gin (document)")
        # text_pattern_ops: for LIKE 'beginning%' whatever the collation.
        execute(f"CREATE INDEX {kind.index}_title ON {kind.index} (left(title, 500) text_pattern_ops)")
        execute(f"CREATE INDEX {kind.index}_popularity ON {kind.index} (popularity DESC, id DESC)")
        _create_triggers(execute, kind)
    _create_rename(execute)


def _create_triggers(execute, kind: Kind) -> None:
    upsert = (
        f"INSERT INTO {kind.index} SELECT {kind.values('made')} FROM (SELECT new.*) AS made "
        "ON CONFLICT (id) DO UPDATE SET popularity = excluded.popularity, title = excluded.title, "
        "document = excluded.document"
    )
    remove = f"DELETE FROM {kind.index} WHERE id = old.id"
    execute(
        f"CREATE FUNCTION {kind.index}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN {remove}; RETURN old; END IF; {upsert}; RETURN new; END $$"
    )
    changed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in kind.source_columns())
    for event, condition in (("INSERT", ""), ("DELETE", ""), ("UPDATE", f"WHEN ({changed})")):
        execute(
            f"CREATE TRIGGER {kind.index}_{event.lower()} AFTER {event} ON {kind.table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION {kind.index}_keep()"
        )


def _create_rename(execute) -> None:
    """An artist's works are found by the new name."""
    renames = " ".join(
        f"UPDATE {kind.index} AS kept SET document = to_tsvector('simple', kept.title || ' ' || "
        f"streaming_search_text(new.name)) FROM {kind.table} AS work WHERE work.id = kept.id AND work.artist_id = new.id;"
        for kind in KINDS
        if kind.has_artist
    )
    execute(
        "CREATE FUNCTION streaming_search_artist_rename() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {renames} RETURN new; END $$"
    )
    execute(
        "CREATE TRIGGER streaming_search_artist_rename AFTER UPDATE ON streaming_artist FOR EACH ROW "
        "WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION streaming_search_artist_rename()"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for kind in KINDS:
        schema_editor.execute(f"DROP FUNCTION {kind.index}_keep() CASCADE")
        schema_editor.execute(f"DROP TABLE {kind.index}")
    schema_editor.execute("DROP FUNCTION streaming_search_artist_rename() CASCADE")
    schema_editor.execute("DROP FUNCTION streaming_search_text(text)")


class Migration(migrations.Migration):
    dependencies = [("streaming", "0004_taste_settings")]

    operations = [migrations.RunPython(create, drop)]
