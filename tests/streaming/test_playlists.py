"""Playlists keep their order whatever is moved, and refuse what they cannot hold."""

import uuid

import pytest
from django.contrib.auth import get_user_model

from streaming import exports, listeners, playlists, privacy
from streaming.models import Artist, Listener, Playlist, PlaylistEntry, Track
from streaming.playlists import PlaylistError

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    artist = Artist.objects.create(name="Karissa Hobbs")
    return Track.objects.bulk_create(Track(title=f"Track {n}", artist=artist) for n in range(6))


@pytest.fixture
def playlist(listener) -> Playlist:
    return playlists.create(listener_id=listener.pk, name="Morning")


def order(playlist: Playlist) -> list[str]:
    return [entry.track.title[-1] for entry in playlist.entries.for_list()]


def entry(playlist: Playlist, place: int) -> int:
    return playlist.entries.order_by("position")[place].pk


def filled(playlist: Playlist, tracks: list[Track]) -> Playlist:
    playlists.add(playlist, [track.pk for track in tracks])
    return playlist


def test_tracks_are_appended_in_the_order_given_and_may_come_twice(playlist, tracks):
    assert playlists.add(playlist, [tracks[2].pk, tracks[0].pk, 999, tracks[2].pk]) == 3
    assert order(playlist) == ["2", "0", "2"]


@pytest.mark.parametrize(
    ("moved", "before", "expected"),
    [(4, 1, "041235"), (0, 3, "120345"), (2, None, "013452"), (5, 0, "501234"), (3, 3, "012345")],
)
def test_an_entry_moves_in_front_of_another(playlist, tracks, moved, before, expected):
    filled(playlist, tracks)
    playlists.move(playlist, entry(playlist, moved), before=None if before is None else entry(playlist, before))
    assert "".join(order(playlist)) == expected


@pytest.mark.parametrize(("moved", "after", "expected"), [(0, 3, "123045"), (5, 0, "051234"), (1, 5, "023451")])
def test_an_entry_moves_behind_another(playlist, tracks, moved, after, expected):
    filled(playlist, tracks)
    playlists.move(playlist, entry(playlist, moved), after=entry(playlist, after))
    assert "".join(order(playlist)) == expected


@pytest.mark.parametrize(
    ("moved", "place", "got", "expected"),
    [(0, 3, 3, "123045"), (5, 1, 1, "051234"), (2, 2, 2, "012345"), (1, 99, 5, "023451"), (4, 0, 0, "401235")],
)
def test_an_entry_is_put_at_a_place(playlist, tracks, moved, place, got, expected):
    filled(playlist, tracks)
    assert playlists.put(playlist, entry(playlist, moved), place) == got
    assert "".join(order(playlist)) == expected


@pytest.mark.parametrize(
    ("moved", "places", "expected"),
    [(2, -1, "021345"), (2, 1, "013245"), (0, -1, "012345"), (5, 1, "012345"), (4, -9, "401235"), (1, 9, "023451")],
)
def test_an_entry_shifts_by_places_and_stops_at_the_ends(playlist, tracks, moved, places, expected):
    filled(playlist, tracks)
    playlists.shift(playlist, entry(playlist, moved), places)
    assert "".join(order(playlist)) == expected


def test_the_room_between_two_entries_never_runs_out(playlist, tracks):
    """Each move into the same gap halves it: after twenty there is none, and all get new numbers."""
    filled(playlist, tracks)
    for _ in range(30):
        playlists.move(playlist, entry(playlist, 5), before=entry(playlist, 1))
    # Thirty turns of the five behind the first come to where they began.
    assert "".join(order(playlist)) == "012345"
    positions = list(playlist.entries.values_list("position", flat=True))
    assert len(set(positions)) == len(positions)


def test_an_entry_of_another_playlist_is_refused_and_left_alone(playlist, tracks, listener):
    other = filled(playlists.create(listener_id=listener.pk, name="Other"), tracks)
    filled(playlist, tracks)
    with pytest.raises(PlaylistError, match="is not in this playlist"):
        playlists.move(playlist, entry(other, 0), before=entry(playlist, 0))
    assert playlists.remove(playlist, [entry(other, 0)]) == 0
    assert other.entries.count() == 6


def test_ten_thousand_fit_and_one_more_does_not(playlist, tracks):
    playlists.add(playlist, [tracks[0].pk] * playlists.MOST_ENTRIES)
    with pytest.raises(PlaylistError, match="holds 10000 tracks at most; this one has 10000, and 1 more"):
        playlists.add(playlist, [tracks[1].pk])
    assert playlist.entries.count() == playlists.MOST_ENTRIES
    playlists.move(playlist, entry(playlist, 9_999), before=entry(playlist, 0))
    assert playlist.entries.count() == playlists.MOST_ENTRIES


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "needs a name"), ("  \x00 ", "needs a name"), ("x" * 301, "301 characters"), (7, "not a text")],
)
def test_a_name_that_is_none_is_refused(listener, name, message):
    with pytest.raises(PlaylistError, match=message):
        playlists.create(listener_id=listener.pk, name=name)
    assert not Playlist.objects.exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "أغنية المساء 🌅", "x" * 300])
def test_any_other_name_is_kept_as_it_is(listener, name):
    assert playlists.create(listener_id=listener.pk, name=name).name == name


def test_a_smart_playlist_has_no_entries_of_its_own(listener, tracks):
    smart = playlists.create(listener_id=listener.pk, name="By rules", rules={"match": "all"})
    with pytest.raises(PlaylistError, match="made by its rules"):
        playlists.add(smart, [tracks[0].pk])


def test_a_deleted_track_leaves_the_others_in_order(playlist, tracks):
    filled(playlist, tracks)
    tracks[2].delete()
    assert "".join(order(playlist)) == "01345"


def test_what_was_made_before_signing_in_goes_with_the_account(playlist, listener):
    user = Listener.objects.create(user=get_user_model().objects.create_user("ada"))
    listeners.merge(listener.pk, into=user)
    playlist.refresh_from_db()
    assert playlist.listener == user


def test_clearing_the_history_leaves_playlists_and_deleting_the_account_does_not(playlist, tracks, listener):
    filled(playlist, tracks)
    privacy.clear(listener.pk, verdicts=True)
    assert playlist.entries.count() == 6
    listener.delete()
    assert not PlaylistEntry.objects.exists()


def test_the_export_has_playlists_with_their_tracks(playlist, tracks, listener, tmp_path):
    filled(playlist, tracks[:2])
    other = playlists.create(listener_id=uuid.uuid4(), name="Another's")
    filled(other, tracks)
    with (tmp_path / "export.json").open("w+b") as file:
        exports.write(listener.pk, file)
        file.seek(0)
        text = file.read().decode()
    assert '"Morning"' in text
    assert "Another's" not in text
    assert text.count('"title": "Track') == 2
