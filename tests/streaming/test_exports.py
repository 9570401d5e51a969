"""Everything of one listener, and nothing of another, in bounded memory."""

import io
import json
import tracemalloc
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from streaming import erasures, exports, privacy, taste_settings
from streaming.events import event_log
from streaming.listeners import merge
from streaming.models import Listener, Play
from tests.streaming.said import everything, say

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def exported(listener_id: uuid.UUID) -> dict:
    file = io.BytesIO()
    exports.write(listener_id, file)
    return json.loads(file.getvalue())


def test_everything_is_there(listener, track):
    said = everything(listener, track)
    say(said)
    taste_settings.set_adventure(listener_id=listener.pk, adventure=80)
    whole = exported(listener.pk)
    assert whole["format"] == 1
    assert whole["listener"]["id"] == str(listener.pk)
    assert whole["listener"]["is_personalised"] is True
    (play,), (like,), (ban,), (search,) = (whole[name] for name in ("plays", "likes", "bans", "searches"))
    assert (play["id"], play["played_ms"], play["outcome"]) == (str(said[0].play_id), 100_000, "finished")
    for row in (play, like, ban):
        assert (row["track_id"], row["title"], row["artist"]) == (track.pk, "Let's Go Fishin'", "Karissa Hobbs")
    assert search["query"] == "rain"
    assert whole["taste_settings"][0]["adventure"] == 80
    assert whole["events"] == [json.loads(event.to_json()) for event in said]


def test_nothing_of_others_is_there(listener, track):
    say(everything(Listener.objects.create(), track))
    whole = exported(listener.pk)
    assert {name: rows for name, rows in whole.items() if isinstance(rows, list) and rows} == {}


def test_who_was_never_heard_of_has_an_empty_file(db):
    nobody = uuid.uuid4()
    whole = exported(nobody)
    assert whole["listener"] == {"id": str(nobody), "formerly": []}
    assert whole["plays"] == whole["events"] == []


def test_an_account_has_what_came_before_it_and_its_name(listener, track):
    user = get_user_model().objects.create_user("ada", "ada@example.org", "correct horse")
    mine = Listener.objects.create(user=user)
    say(everything(listener, track))
    merge(listener.pk, into=mine)
    whole = exported(mine.pk)
    assert whole["listener"]["formerly"] == [str(listener.pk)]
    assert (whole["listener"]["account_username"], whole["listener"]["account_email"]) == ("ada", "ada@example.org")
    assert len(whole["plays"]) == 1
    assert {event["listener_id"] for event in whole["events"]} == {str(listener.pk)}
    assert "correct horse" not in json.dumps(whole)
    assert user.password not in json.dumps(whole)
    assert exported(listener.pk)["events"] == [], "an old cookie is not the account"


def test_what_is_on_its_way_out_of_the_log_is_not_exported(listener, track):
    event_log().append(everything(listener, track))
    privacy.clear(listener.pk, verdicts=False)
    assert [event["kind"] for event in exported(listener.pk)["events"]] == ["liked", "banned"]
    erasures.finish()
    assert [event["kind"] for event in exported(listener.pk)["events"]] == ["liked", "banned"]


def test_titles_of_any_kind_stay_themselves(listener, track):
    track.title = 'أغنية "المساء" 🌅\n\x00'.replace("\x00", "")
    track.save()
    say(everything(listener, track))
    assert exported(listener.pk)["plays"][0]["title"] == track.title


def test_a_long_history_takes_no_more_memory_than_a_short_one(listener, track):
    Play.objects.bulk_create(
        Play(id=uuid.uuid4(), listener=listener, track=track, started_at=at, last_event_at=at)
        for at in (NOON - timedelta(minutes=n) for n in range(20_000))
    )
    file = io.BytesIO(b"\0" * 12_000_000)  # as long as it gets, so that the file itself is not counted
    tracemalloc.start()
    try:
        exports.write(listener.pk, file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.tell() > 5_000_000
    # A thousand rows at a time, about 3 kB each.
    assert peak < 4_000_000
