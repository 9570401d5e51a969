"""Playlists as files: what is written is read again, and files of other players are understood."""

import json

import pytest

from streaming import playlist_files
from streaming.models import Artist, Track
from streaming.playlist_files import FileError, Listed, as_jspf, as_m3u8, match, read

pytestmark = pytest.mark.django_db

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def tracks() -> list[Track]:
    artist = Artist.objects.create(name="A - B")
    titles = ["One - two", "أغنية 🌅", "Line\nbreak", '<b>"x"</b>']
    return [Track.objects.create(title=title, artist=artist, duration_ms=90_400, license_url=BY) for title in titles]


def absolute(path: str) -> str:
    return f"https://music.example{path}"


@pytest.mark.parametrize("form", ["m3u8", "jspf"])
def test_what_is_written_is_read_again(tracks, form):
    text = as_m3u8("Name", tracks, absolute) if form == "m3u8" else as_jspf("Name", "About", tracks, absolute)
    found = read(text.encode())
    assert found.name == "Name"
    assert match(found.tracks).track_ids == [track.pk for track in tracks]


def test_the_words_of_an_m3u8(tracks):
    lines = as_m3u8("A\nname", tracks[2:3], absolute).splitlines()
    assert lines == [
        "#EXTM3U",
        "#PLAYLIST:A name",
        "#EXTINF:90,A - B - Line break",
        f"https://music.example/audio/{tracks[2].pk}",
    ]


def test_the_words_of_a_jspf(tracks):
    assert json.loads(as_jspf("Name", "", tracks[:1], absolute)) == {
        "playlist": {
            "title": "Name",
            "track": [
                {
                    "location": [f"https://music.example/audio/{tracks[0].pk}"],
                    "title": "One - two",
                    "creator": "A - B",
                    "duration": 90_400,
                    "meta": [{"http://creativecommons.org/ns#license": BY}],
                }
            ],
        }
    }


def test_another_players_m3u_is_matched_by_name_whatever_its_case(tracks):
    lines = [
        "\ufeff#EXTM3U",
        '#EXTINF:-1 tvg-id="x",a - b - ONE - TWO',
        "C:\\Music\\1.mp3",
        "#EXTINF:9,No - One",
        "2.mp3",
    ]
    found = match(read("\r\n".join(lines).encode()).tracks)
    assert found.track_ids == [tracks[0].pk]
    assert found.missing == ["No - One"]


def test_an_address_of_another_catalogue_does_not_name_our_track(tracks):
    listed = Listed(f"https://elsewhere.example/audio/{tracks[0].pk}", "Someone - Else")
    assert match([listed]).track_ids == []
    assert match([Listed(f"https://elsewhere.example/audio/{tracks[0].pk}")]).track_ids == [tracks[0].pk]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lists no track"),
        (b"#EXTM3U\n#EXTINF:1,A - B\n", "lists no track"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"{", "is no JSPF"),
        (b'{"playlist": 7}', "is no JSPF"),
        (b'{"playlist": {"track": [7]}}', "is no JSPF"),
        (b'{"playlist": {"track": []}}', "lists no track"),
    ],
)
def test_what_is_no_playlist_is_refused(content, message):
    with pytest.raises(FileError, match=message):
        read(content)


def test_nesting_without_end_is_refused():
    with pytest.raises(FileError, match="is no JSPF"):
        read(b'{"playlist":' * 100_000)


def test_more_than_ten_thousand_are_refused():
    with pytest.raises(FileError, match="lists 10001 tracks; 10000 at most"):
        read(b"1.mp3\n" * (playlist_files.ENTRIES + 1))
