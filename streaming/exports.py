"""All that is known of a listener as one JSON file; docs/privacy.md says what is in it.

Written row by row: a listener of many years takes no more memory than one of a day.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, QuerySet
from django.utils import timezone

from streaming import privacy
from streaming.erasures import Erasures
from streaming.events import event_log
from streaming.lake import lake
from streaming.models import Listener, PlaylistEntry

FORMAT = 1
# Rows read from the database at once.
AT_ONCE = 1000


def write(listener_id: uuid.UUID, file: IO[bytes]) -> None:
    """Write everything about the listener to the file, a line a row; OSError where it has no room."""
    ids = privacy.identities(listener_id)
    head = {"format": FORMAT, "exported_at": timezone.now(), "listener": _listener(listener_id, ids)}
    lists = {name: map(_json, _rows(rows)) for name, rows in privacy.tables(ids).items()}
    # The tables above name their listener themselves; entries belong to a playlist, which does.
    lists["playlist_entries"] = map(_json, _rows(PlaylistEntry.objects.filter(playlist__listener__in=ids)))
    lists["events"] = _events(ids)
    file.write(b"{\n" + ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in head.items()).encode())
    for name, rows in lists.items():
        file.write(f",\n{_json(name)}: [".encode())
        _write_list(file, rows)
        file.write(b"]")
    file.write(b"\n}\n")


def _write_list(file: IO[bytes], rows: Iterable[str]) -> None:
    before = b"\n"
    for row in rows:
        file.write(before + row.encode())
        before = b",\n"


def _listener(listener_id: uuid.UUID, ids: list[uuid.UUID]) -> dict:
    """The listener's own row and the account, without what signs in to it."""
    names = [field.attname for field in Listener._meta.concrete_fields if field.name not in ("user", "merged_into")]
    account = {f"account_{name}": F(f"user__{name}") for name in ("username", "email", "date_joined", "last_login")}
    known = Listener.objects.filter(pk__in=ids[:1]).values(*names, **account).first()
    return {"id": listener_id, **(known or {}), "formerly": ids[1:]}


def _rows(rows: QuerySet) -> Iterator[dict]:
    names = [field.attname for field in rows.model._meta.concrete_fields]
    has_track = "track_id" in names
    titles = {"title": F("track__title"), "artist": F("track__artist__name")} if has_track else {}
    return rows.values(*names, **titles).iterator(chunk_size=AT_ONCE)


def _events(ids: list[uuid.UUID]) -> Iterator[str]:
    """As the log holds them, or the lake where the log cannot find them; not those that are on their way out."""
    erased = Erasures(ids)
    source = event_log() if event_log().finds_listeners else lake()
    return (event.to_json() for one in ids for event in source.of_listener(one) if not erased.cover(event))


def _json(value) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
