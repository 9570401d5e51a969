"""Pages in the language that the browser asks for, or that was chosen."""

import re

import pytest
from django.conf import settings

from streaming.models import Track

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
# Words of the shell and of each page that no German page may say; titles of the catalogue stay as they are.
ENGLISH = (
    "Skip to the content",
    "Sign in",
    "Your data",
    "Home<",
    "Queue",
    "Nothing",
    "Not for me",
    "Crossfade",
    "tracks",
)
PAGES = (
    *("/", "/genres/", "/genres/map/", "/years/", "/licences/", "/tags/", "/tracks/", "/search/", "/search/?q=nothing"),
    *("/liked/", "/banned/", "/history/", "/history/charts/", "/playlists/", "/playlists/rules/"),
    *("/your-data/", "/your-data/clear/", "/login/", "/signup/"),
)


def text_of(html: str) -> str:
    """What is read or read out: without addresses, identifiers and scripts."""
    html = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", html, flags=re.DOTALL)
    return re.sub(r'\b(?!(?:title|aria-label|placeholder|alt)=)[\w-]+="[^"]*"', "", html)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_in_german_has_no_english_words(client, make_tracks, address):
    make_tracks(3)
    response = client.get(address, headers=GERMAN)
    assert '<html lang="de"' in response.text
    assert "Zum Inhalt springen" in response.text
    text = text_of(response.text)
    assert [words for words in ENGLISH if words in text] == []


def test_pages_of_the_catalogue_in_german(client, make_tracks):
    (track,) = make_tracks(1)
    page = client.get(track.get_absolute_url(), headers=GERMAN).text
    assert f"{track.title} von {track.artist.name} · Musicapp" in page
    assert f'aria-label="{track.title} zu Favoriten"' in page
    assert "1 Titel" in client.get(track.album.get_absolute_url(), headers=GERMAN).text


def test_dates_and_numbers_as_germans_write_them(client, make_tracks):
    (track,) = make_tracks(1, added_at="2026-03-05T12:00:00Z")
    Track.objects.update(listens=12_345)
    page = client.get(track.get_absolute_url(), headers=GERMAN).text
    assert "12.345 Aufrufe" in page
    assert "5. März 2026" in page


def test_a_title_cannot_smuggle_markup_or_places_into_a_sentence(client, make_tracks):
    (track,) = make_tracks(1)
    Track.objects.update(title="<b>{artist} %(artist)s</b>")
    page = client.get("/tracks/", headers=GERMAN).text
    assert f'aria-label="&lt;b&gt;{{artist}} %(artist)s&lt;/b&gt; von {track.artist.name} abspielen"' in page


@pytest.mark.parametrize("asked", ["", "en-GB,en;q=0.9", "fr", "tlh", "\u00e4;q=x"])
def test_any_other_language_has_english(client, db, asked):
    response = client.get("/", headers={"Accept-Language": asked})
    assert '<html lang="en"' in response.text
    assert "/texts/" not in response.text


def test_the_choice_counts_more_than_the_browser(client, db):
    response = client.post("/language/", {"language": "de"}, headers={"Referer": "http://testserver/genres/"})
    assert (response.status_code, response["Location"]) == (302, "http://testserver/genres/")
    assert '<html lang="de"' in client.get("/", headers={"Accept-Language": "en"}).text
    client.post("/language/", {"language": "en"})
    assert '<html lang="en"' in client.get("/", headers=GERMAN).text


def test_a_language_that_there_is_not_is_not_taken(client, db):
    client.post("/language/", {"language": "../en"})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_caches_keep_a_page_for_each_language(client, db):
    assert "accept-language" in client.get("/", headers=GERMAN)["Vary"].lower()


def test_the_scripts_texts_come_by_their_version_and_may_be_kept(client, db):
    address = re.search(r'src="(/texts/de-\w+\.js)"', client.get("/", headers=GERMAN).text)[1]
    response = client.get(address, headers={"Accept-Language": "en"})
    assert response["Content-Type"].startswith("text/javascript")
    assert "immutable" in response["Cache-Control"]
    assert "Als N\\u00e4chstes" in response.text
    assert client.get("/texts/tlh-1.js").status_code == 404
