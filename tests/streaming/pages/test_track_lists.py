"""Lists of tracks: each filter and order alone and together, page after page."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.cache import cache
from django.http import QueryDict

from streaming.models import Artist, Genre, Track, TrackGenre
from streaming.pages import track_filters, track_lists
from streaming.pages.track_filters import Filters
from streaming.pages.track_lists import ORDERS, page_of
from streaming.tags import index_tags

BY = "https://creativecommons.org/licenses/by/3.0/us/"
OTHER = "https://creativecommons.org/licenses/by-nc-nd/4.0/"
COUNT = 24


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def tracks(db) -> list[Track]:
    """Every second is of a genre, every third tagged, every fourth of another licence, every fifth without a year."""
    artist, genre = Artist.objects.create(name="Someone"), Genre.objects.create(pk=1, title="Folk", track_count=12)
    rows = []
    for n in range(COUNT):
        rows.append(
            Track(
                title=f"{chr(97 + n % 5)} ~ {n:02}",
                artist=artist,
                listens=n % 7,
                year=None if n % 5 == 0 else 1985 + n,
                duration_ms=1000 * (n % 6),
                license_url=OTHER if n % 4 == 0 else BY,
                tags=["Lo-Fi"] if n % 3 == 0 else [],
                audio_state=Track.AudioState.PRESENT if n % 2 else Track.AudioState.ABSENT,
                added_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n % 9),
            )
        )
    rows = Track.objects.bulk_create(rows)
    TrackGenre.objects.bulk_create(TrackGenre(track=t, genre=genre, listens=t.listens) for t in rows[::2])
    index_tags()
    return rows


FILTERS = {
    "": lambda track, n: True,
    "genre=1": lambda track, n: n % 2 == 0,
    "tag=LO-FI": lambda track, n: n % 3 == 0,
    "year=1994": lambda track, n: track.year == 1994,
    "year=1990s": lambda track, n: track.year is not None and 1990 <= track.year <= 1999,
    "licence=by": lambda track, n: n % 4 != 0,
    "licence=by-nc-nd": lambda track, n: n % 4 == 0,
    "playable=1": lambda track, n: n % 2 == 1,
    "genre=1&tag=lo-fi": lambda track, n: n % 6 == 0,
    "tag=lo-fi&licence=by&playable=1": lambda track, n: n % 3 == 0 and n % 4 != 0 and n % 2 == 1,
}
KEYS = {
    "popular": lambda track: (-track.listens, track.pk),
    "added": lambda track: (-track.added_at.timestamp(), track.pk),
    "title": lambda track: (track.title, track.pk),
    "year": lambda track: (-track.year, track.pk),
    "longest": lambda track: (-track.duration_ms, track.pk),
    "shortest": lambda track: (track.duration_ms, track.pk),
}


@pytest.mark.parametrize("many", [0, 10_000])
@pytest.mark.parametrize(("query", "order"), list(product(FILTERS, KEYS)))
def test_every_track_that_fits_comes_once_and_in_order(tracks, monkeypatch, query, order, many):
    """Whether a filter is taken for one that lets much through or little, the list is the same."""
    monkeypatch.setattr(track_filters, "MANY", many)
    fitting = [track for n, track in enumerate(tracks) if FILTERS[query](track, n)]
    if order == "year":
        fitting = [track for track in fitting if track.year]
    if order == "shortest":
        fitting = [track for track in fitting if track.duration_ms]
    seen, after = [], None
    while after != "":
        page = page_of(Filters.of(QueryDict(query)), order, after, size=5)
        seen += [track.pk for track in page.rows]
        after = page.next
    assert seen == [track.pk for track in sorted(fitting, key=KEYS[order])]


def test_all_orders_are_tried():
    assert KEYS.keys() == ORDERS.keys()


@pytest.mark.parametrize(
    "query",
    [
        "genre=9",
        "genre=x",
        "tag=unknown",
        "year=94",
        "year=1994ss",
        "year=12345",
        "licence=mine",
        "sort=best",
        "after=x",
    ],
)
def test_what_is_not_there_is_not_found(client, tracks, query):
    assert client.get(f"/tracks/?{query}").status_code == 404


def test_links_lead_on_with_the_filters(client, tracks, monkeypatch):
    monkeypatch.setattr(track_lists.page_of, "__defaults__", (5,))
    page = client.get("/tracks/?licence=by&sort=title")
    assert f'href="?licence=by&amp;sort=title&amp;after={page.context["page"].next.replace(" ", "%20")}"' in page.text


def test_nothing_found_says_so(client, tracks):
    assert "No track is like that" in client.get("/tracks/?year=1870").text


def test_each_row_names_its_licence(client, tracks):
    page = client.get("/tracks/?licence=by").text
    assert f'<a href="{BY}" rel="license noopener" target="_blank"' in page
    assert ">CC BY</a>" in page


def test_a_tag_has_its_radio(client, tracks):
    assert 'data-radio="tag:lo-fi"' in client.get("/tracks/?tag=lo-fi").text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/years/", "?year=1990s"),
        ("/licences/", "?licence=by-nc-nd"),
        ("/tags/", "?tag=lo-fi"),
        ("/genres/map/", "Folk"),
    ],
)
def test_ways_into_the_catalogue(client, tracks, address, words):
    assert words in client.get(address).text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/years/", "No years are known"),
        ("/licences/", "No licences are known"),
        ("/tags/", "Nothing is tagged yet"),
        ("/genres/map/", "No genres are in the catalogue yet"),
        ("/tracks/", "No track is like that"),
    ],
)
def test_an_empty_catalogue_says_so_on_each(client, db, address, words):
    assert words in client.get(address).text
