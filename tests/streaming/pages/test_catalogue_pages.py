"""Artist, album, genre, track and search pages say what the catalogue holds."""

import pytest

from streaming.models import Genre, Track
from streaming.pages.genres import tree


@pytest.fixture
def absent(track) -> Track:
    return track


def test_a_track_without_audio_is_listed_marked_and_not_playable(client, absent):
    page = client.get(absent.artist.get_absolute_url()).text
    assert "no audio" in page
    assert "row is-absent" in page
    assert "data-play " not in page
    assert "data-playable" not in page


def test_the_track_page_says_why_there_is_no_audio(client, absent):
    absent.audio_state, absent.audio_problem = Track.AudioState.BROKEN, "the file is empty"
    absent.save()
    page = client.get(absent.get_absolute_url()).text
    assert "This track cannot be played here: the file is empty." in page
    assert "<audio controls" not in page


def test_the_track_page_links_the_licence(client, track):
    track.license, track.license_url = "Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"
    track.save()
    page = client.get(track.get_absolute_url()).text
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license noopener"' in page


def test_simulated_plays_are_marked(client, track, play_of):
    play_of(track, is_simulated=True)
    play_of(track, is_simulated=True)
    play_of(track, is_simulated=False)
    page = client.get(track.get_absolute_url())
    assert page.context["plays"] == {"all": 3, "simulated": 2}
    assert "2 simulated" in page.text


def test_an_albums_tracks_come_disc_by_disc(client, album):
    for disc, number in [(2, 1), (1, 2), (1, 1)]:
        Track.objects.create(
            title=f"{disc}.{number}",
            artist=album.artist,
            album=album,
            disc_number=disc,
            number=number,
            duration_ms=1000,
        )
    page = client.get(album.get_absolute_url())
    assert [track.title for track in page.context["tracks"]] == ["1.1", "1.2", "2.1"]
    assert "3 tracks, 0:03" in page.text


def test_an_artists_top_tracks_are_the_most_listened(client, make_tracks):
    make_tracks(12)
    page = client.get(Track.objects.first().artist.get_absolute_url())
    assert [track.listens for track in page.context["top_tracks"]] == list(range(11, 1, -1))


def test_the_archives_html_is_shown_as_text(client, artist):
    artist.bio = "<p>Tom &amp; Jerry</p><script>alert(1)</script>"
    artist.save()
    page = client.get(artist.get_absolute_url()).text
    assert "Tom &amp; Jerry" in page
    assert "<script>alert" not in page


def test_titles_are_escaped_everywhere(client, artist, album):
    artist.name = album.title = '"><script>alert(1)</script>'
    artist.save()
    album.save()
    track = Track.objects.create(title=artist.name, artist=artist, album=album, tags=[artist.name])
    for address in (
        "/",
        artist.get_absolute_url(),
        album.get_absolute_url(),
        track.get_absolute_url(),
        "/search/?q=script",
        "/search/?q=%22%3E%3Cscript%3Ealert(1)",
    ):
        assert "<script>alert" not in client.get(address).text


def test_the_tree_of_genres_has_parents_and_children(db):
    rock = Genre.objects.create(title="Rock", track_count=2)
    punk = Genre.objects.create(title="Punk", parent=rock, track_count=1)
    folk = Genre.objects.create(title="Folk", track_count=1)
    Genre.objects.create(title="Without tracks")
    assert tree() == [
        {"genre": folk, "children": []},
        {"genre": rock, "children": [{"genre": punk, "children": []}]},
    ]


def test_a_genre_names_its_parent_and_children(client, genre):
    child = Genre.objects.create(title="Within", parent=genre, track_count=1)
    assert child.get_absolute_url() in client.get(genre.get_absolute_url()).text
    assert genre.get_absolute_url() in client.get(child.get_absolute_url()).text


def test_search_groups_what_it_finds(client, artist, track):
    page = client.get("/search/", {"q": "hobbs"})
    assert page.context["results"].artists == [artist]
    assert page.context["results"].tracks == [track]
    assert "Nothing found" in client.get("/search/", {"q": "zzzz"}).text


@pytest.mark.parametrize("query", ["", "   ", "\x00", "?!", "a" * 5000, '"*^('])
def test_a_search_for_anything_is_answered(client, db, query):
    assert client.get("/search/", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/artists/9/", "/albums/9/", "/genres/9/", "/tracks/9/", "/tracks/9999999999999999999999/"]
)
def test_what_is_not_there_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


def test_suggestions_are_links_with_the_best_match_first(client, artist, track):
    html = client.get("/search/suggest/", {"q": "hobbs"}).text
    assert f'href="/artists/{artist.pk}/"' in html and f'href="/tracks/{track.pk}/"' in html
    assert html.index("/artists/") < html.index("/tracks/")
    assert "Nothing is called" in client.get("/search/suggest/", {"q": "hobsb"}).text
    assert "Nothing found" in client.get("/search/suggest/", {"q": "zzzz"}).text
    assert client.get("/search/suggest/").text.strip() == ""
    assert "<script>" not in client.get("/search/suggest/", {"q": "<script>x"}).text
