"""What is refused is refused in the language of whoever asked, wherever the words are raised."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from streaming.models import Playlist

JSON = "application/json"
GERMAN = {"Accept-Language": "de"}
NO_YEAR = {"rules": [{"field": "year", "op": "at_least", "value": "x"}]}


@pytest.fixture
def own(client, db) -> str:
    """The address of a playlist of the client's own, in the API."""
    return f"/api/v1/playlists/{client.post('/api/v1/playlists/', {'name': 'Mine'}, content_type=JSON).json()['id']}/"


def test_of_playlists(client, own):
    answers = [
        client.post("/api/v1/playlists/", {"name": " "}, content_type=JSON, headers=GERMAN),
        client.patch(own, {"name": "x" * 1000}, content_type=JSON, headers=GERMAN),
        client.patch(f"{own}tracks/7/", {"before": None}, content_type=JSON, headers=GERMAN),
        client.get(f"{own}tracks/?count=x", headers=GERMAN),
    ]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert [next(iter(answer.json().values())) for answer in answers] == [
        "Eine Playlist braucht einen Namen",
        "1000 Zeichen sind zu viele: höchstens 300 werden angenommen",
        "Eintrag 7 ist nicht in dieser Playlist: vielleicht wurde er herausgenommen",
        "'x' ist keine ganze Zahl von 0 bis 1000",
    ]


def test_of_rules_in_the_api_and_on_the_page(client, db):
    said = client.post("/api/v1/playlists/", {"name": "x", "rules": NO_YEAR}, content_type=JSON, headers=GERMAN)
    assert said.json() == {"rules.0.value": "'x' ist keine Zahl"}
    form = {"name": "x", "do": "save", "group": "0", "field": "year", "op": "at_least", "to": ""}
    many = client.post("/playlists/rules/", form | {"value": "many"}, headers=GERMAN)
    assert "Regel 1: &#x27;many&#x27; ist keine Zahl" in many.text
    limit = client.post("/playlists/rules/", form | {"value": "1999", "limit": "x"}, headers=GERMAN)
    assert "Anzahl: &#x27;x&#x27; ist keine ganze Zahl von 1 bis 10000" in limit.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Die Datei nennt keinen Titel"),
        (b"\xff\xfe\x00", "Die Datei ist kein UTF-8-Text (Byte 0)"),
        (b"{}", "Die Datei ist kein JSPF"),
        (b"#EXTM3U\nnothing.mp3", "Keiner der 1 Titel der Datei ist im Katalog"),
    ],
)
def test_of_files(client, db, content, words):
    file = SimpleUploadedFile("list.m3u8", content)
    page = client.post(reverse("import_playlist"), {"file": file}, headers=GERMAN)
    assert page.status_code == 400 and words in page.text
    assert not Playlist.objects.exists()


def test_of_audio_radio_and_taste(client, db):
    assert client.get("/audio/7", headers=GERMAN).text == "Es gibt keinen Titel 7.\n"
    assert "ist keine Bitrate" in client.get("/audio/7?format=mp3&bitrate=7", headers=GERMAN).text
    radio = client.post("/api/v1/radio/", {"seed": "x"}, content_type=JSON, headers=GERMAN)
    assert "ist kein Anfang für ein Radio" in str(radio.json())
    taste = client.post(reverse("adventure"), {"adventure": "x"}, headers=GERMAN)
    assert "ist keine ganze Zahl von 0 (vertraut) bis 100 (abenteuerlich)" in taste.text


def test_of_events_queues_and_similar_tracks(client, make_tracks):
    (track,) = make_tracks(1)
    events = [{"kind": "paused", "event_id": "01a1ff7e-6669-70a6-aa7b-fc2092eddd1a"}, 7]
    refused = client.post("/api/v1/events/", events, content_type=JSON, headers=GERMAN)
    assert "'paused' ist unbekannt" in refused.text
    assert "ist int, kein JSON-Objekt" in refused.text
    queue = client.put("/api/v1/queue/", {"entries": "all"}, content_type=JSON, headers=GERMAN)
    assert "entries: 'all' ist keine Liste von höchstens 10000 Einträgen" in queue.text
    similar = client.get(f"/api/v1/tracks/{track.pk}/similar/?k=x", headers=GERMAN)
    assert similar.json() == {"error": "k muss eine ganze Zahl von 1 bis 100 sein, nicht 'x'"}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/tracks/?year=1990x", "&#x27;1990x&#x27; ist weder ein Jahr wie 1994 noch ein Jahrzehnt wie 1990s."),
        ("/tracks/?after=x", "&#x27;x&#x27; ist kein Platz in dieser Liste."),
        ("/tracks/?tag=%3Cb%3E", "Nichts trägt den Tag &#x27;&lt;b&gt;&#x27;."),
        ("/playlists/add/?track=7", "Keiner dieser Titel ist im Katalog."),
    ],
)
def test_of_addresses(client, db, address, words):
    page = client.get(address, headers=GERMAN)
    assert page.status_code == 404 and words in page.text


def test_a_page_that_is_not_there_says_no_words_of_the_framework(client, db):
    page = client.get("/tracks/7/")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text and "matches the given query" not in page.text
