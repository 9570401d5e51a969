"""All artists and all albums: in an order, page by page, by their first letter."""

import re
from datetime import date

import pytest

from streaming.models import Album, Artist, Track
from streaming.pages import tile_lists

pytestmark = pytest.mark.django_db
NAMES = ["zebra", "Ada", "ben", "Élan", "Ben", "42"]


@pytest.fixture
def catalogue(monkeypatch) -> list[Artist]:
    """Artists by these names, each with an album of the same; pages of two."""
    monkeypatch.setattr(tile_lists, "PAGE", 2)
    found = []
    for place, name in enumerate(NAMES):
        found.append(Artist.objects.create(name=name))
        released = date(2000 + place, 1, 1) if name != "42" else None
        Album.objects.create(title=name, artist=found[-1], listens=10 * place, date_released=released)
    return found


def titles(html: str) -> list[str]:
    return re.findall(r'class="tile-title"[^>]*>([^<]*)<', html)


def walked(client, address: str) -> list[str]:
    """The titles of all pages, by their links."""
    found, page = [], client.get(address).text
    while True:
        found += titles(page)
        link = re.search(r'href="(\?[^"]*)" rel="next"', page)
        if link is None:
            return found
        page = client.get(address.partition("?")[0] + link[1].replace("&amp;", "&")).text


@pytest.mark.parametrize(
    ("address", "order"),
    [
        # Beyond a to z names are in the order of their code points.
        ("/artists/", ["42", "Ada", "ben", "Ben", "zebra", "Élan"]),
        ("/artists/?sort=added", NAMES[::-1]),
        ("/albums/", NAMES[::-1]),
        ("/albums/?sort=popular", NAMES[::-1]),
        ("/albums/?sort=title", ["42", "Ada", "ben", "Ben", "zebra", "Élan"]),
        ("/albums/?sort=year", ["Ben", "Élan", "ben", "Ada", "zebra"]),
    ],
)
def test_each_order_names_everything_once(client, catalogue, address, order):
    assert walked(client, address) == order


def test_a_letter_leads_to_the_first_of_it(client, catalogue):
    page = client.get("/artists/").text
    after = re.search(r'href="(\?[^"]*)">B</a>', page)[1]
    assert titles(client.get(f"/artists/{after}").text) == ["ben", "Ben"]


def test_letters_are_there_where_names_are_in_order(client, catalogue):
    assert 'class="letters"' in client.get("/albums/?sort=title").text
    assert 'class="letters"' not in client.get("/albums/").text


def test_what_cannot_be_played_can_be_left_out(client, catalogue):
    for artist, state in zip(catalogue[:3], Track.AudioState.values, strict=True):
        Track.objects.create(title="x", artist=artist, album=artist.albums.get(), audio_state=state)
    assert walked(client, "/artists/?playable=1") == walked(client, "/albums/?playable=1") == ["zebra"]


@pytest.mark.parametrize("address", ["/artists/", "/albums/", "/albums/?sort=title&playable=1"])
def test_an_empty_catalogue_says_so(client, address):
    page = client.get(address)
    assert page.status_code == 200
    assert "Nothing here" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/artists/?sort=loudest",
        "/artists/?after=x",
        "/artists/?after=%00~1",
        "/albums/?after=yesterday~1&sort=year",
        "/tracks/?sort=title&after=%00~1",
    ],
)
def test_an_address_that_means_nothing_is_not_found(client, catalogue, address):
    assert client.get(address).status_code == 404
