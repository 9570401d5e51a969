"""The rows and tiles that lists are made of."""

import re
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from django.utils.translation import override

from streaming.models import Album, Artist, Ban, Track
from streaming.pages.rows import track_row
from streaming.pages.tiles import album_tile, artist_tile, known_tile, track_tile

HOSTILE = """"><img src=x onerror="alert('1')">{0}&"""
URL = "https://creativecommons.org/licenses/by-nc-sa/4.0/"


class Elements(HTMLParser):
    """Tags with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def having(self, name: str, value: str | None = None) -> list[dict[str, str | None]]:
        return [found for _, found in self.tags if name in found and value in (None, found[name])]


@pytest.fixture(autouse=True)
def english():
    # A page that was asked for before leaves its language behind.
    with override("en"):
        yield


@pytest.fixture
def song() -> Track:
    """Not saved: a row asks the database for nothing."""
    artist = Artist(pk=5, name="Tom & Jerry")
    return Track(
        pk=7,
        title="“Song” {title}",
        artist=artist,
        album=Album(pk=3, title="A <Record>", artist=artist),
        audio_state=Track.AudioState.PRESENT,
        duration_ms=61_000,
        listens=12_345,
        license="Attribution-NonCommercial-ShareAlike",
        license_url=URL,
    )


def test_a_row_shows_what_its_list_asks_for(song):
    row = Elements(track_row(song, number=4, listens=True))
    assert row.having("data-track", "7")[0]["data-title"] == song.title
    assert row.having("class", "row-play")[0]["aria-label"] == "Play “Song” {title} by Tom & Jerry"
    assert row.having("href", "/albums/3/") and row.having("href", "/artists/5/") and row.having("href", "/tracks/7/")
    assert row.having("href", URL)[0]["title"] == "Attribution-NonCommercial-ShareAlike"
    assert "".join(row.text.split()) == "4“Song”{title}Tom&JerryA<Record>12,345CCBY-NC-SA1:01"


def test_a_row_leaves_out_what_its_list_says_for_all(song):
    row = Elements(track_row(song, artist=False, album=False, has_cover=False))
    assert not row.having("href", "/albums/3/") and not row.having("href", "/artists/5/")
    assert "img" not in [tag for tag, _ in row.tags]
    assert "".join(row.text.split()) == "“Song”{title}CCBY-NC-SA1:01"


def test_a_row_says_why_a_track_cannot_be_played(song):
    song.audio_state, song.audio_problem = Track.AudioState.BROKEN, "the file is <empty>"
    row = Elements(track_row(song))
    assert row.having("title", "the file is <empty>")
    assert "broken audio" in row.text
    assert not row.having("data-play") and not row.having("data-playable")


def test_rows_are_in_the_readers_language(song):
    with override("de"):
        row = Elements(track_row(song, listens=True))
    assert row.having("class", "row-play")[0]["aria-label"] == "“Song” {title} von Tom & Jerry abspielen"
    assert "12.345" in row.text


@pytest.mark.parametrize(
    "write",
    [
        lambda track: track_row(track, listens=True, entry=3),
        lambda track: track_tile(track, track.title, track.title),
        lambda track: known_tile(track.pk, track.title, track.title),
        lambda track: album_tile(track.album),
        lambda track: album_tile(track.album, has_artist=False),
        lambda track: artist_tile(track.artist),
    ],
)
def test_what_the_catalogue_holds_stays_text(write):
    artist = Artist(pk=5, name=HOSTILE, location=HOSTILE)
    album = Album(pk=3, title=HOSTILE, type=HOSTILE, artist=artist)
    track = Track(pk=7, title=HOSTILE, artist=artist, album=album, license=HOSTILE, license_url=HOSTILE)
    for state in Track.AudioState.values:
        track.audio_state, track.audio_problem = state, HOSTILE
        found = Elements(write(track))
        assert not found.having("onerror")
        assert not found.having("src", "x")
        assert HOSTILE in found.text


def test_without_a_script_the_buttons_of_a_playlist_put_it_in_order(client, me, make_tracks):
    made = client.post("/playlists/new/", {"name": "Mine"})["Location"]
    client.post("/playlists/add/", {"playlist": made.split("/")[2], "track": [track.pk for track in make_tracks(3)]})
    page = Elements(client.get(made).text)
    form = page.having("id", "arrange")[0]
    button = next(each for each in page.having("form", "arrange") if each["aria-label"] == "Up: Track 2")
    client.post(form["action"], {button["name"]: button["value"]})
    assert re.findall(r'data-title="(Track \d)"', client.get(made).text) == ["Track 0", "Track 2", "Track 1"]


def test_without_a_script_the_button_of_a_banned_track_takes_it_back(client, me, make_tracks):
    first, second = make_tracks(2)
    for track in (first, second):
        Ban.objects.create(listener=me, track=track, at=timezone.now())
    page = Elements(client.get("/banned/").text)
    form = page.having("id", "take-back")[0]
    button = next(each for each in page.having("form", "take-back") if each["aria-label"] == "Suggest Track 1 again")
    fields = {each["name"]: each["value"] for each in page.having("type", "hidden") if each["name"] in ("said", "next")}
    answer = client.post(form["action"], fields | {button["name"]: button["value"]})
    assert answer["Location"] == "/banned/"
    assert fields["said"] == "unbanned" and button["value"] == str(second.pk)
