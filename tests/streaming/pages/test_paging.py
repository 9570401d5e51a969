"""Paging by keyset, against the order written out by hand."""

import pytest
from django.http import Http404

from streaming.models import Track, TrackGenre
from streaming.pages.paging import Keyset

MOST_LISTENED = Keyset("listens", "track_id", int, int)


def pages_of(size: int) -> list[list[int]]:
    """The listens of each row, page after page."""
    after, pages = None, []
    while after != "":
        page = MOST_LISTENED.page(TrackGenre.objects.all(), after, size)
        pages.append([row.listens for row in page.rows])
        after = page.next
    return pages


def test_every_row_comes_once_and_in_order(make_tracks):
    make_tracks(7)
    assert pages_of(3) == [[6, 5, 4], [3, 2, 1], [0]]


def test_equal_listens_are_neither_lost_nor_repeated(make_tracks):
    tracks = make_tracks(5)
    TrackGenre.objects.update(listens=10)
    seen, after = [], None
    while after != "":
        page = MOST_LISTENED.page(TrackGenre.objects.all(), after, 2)
        seen += [row.track_id for row in page.rows]
        after = page.next
    assert seen == [track.pk for track in tracks]


def test_a_page_that_ends_with_the_last_row_leads_nowhere(make_tracks):
    make_tracks(4)
    assert pages_of(2) == [[3, 2], [1, 0]]


@pytest.mark.parametrize("cursor", ["", "~", "5", "five~1", "5~", "5~one", "9" * 5000 + "~1"])
def test_what_is_no_cursor_is_not_found(make_tracks, cursor):
    make_tracks(1)
    with pytest.raises(Http404, match="is not a place in this list"):
        MOST_LISTENED.page(TrackGenre.objects.all(), cursor, 2)


def test_a_cursor_beyond_every_number_is_an_empty_page(make_tracks, client):
    make_tracks(1)
    genre = TrackGenre.objects.get().genre_id
    assert client.get(f"/genres/{genre}/", {"after": f"-{10**30}~{10**30}"}).status_code == 200


@pytest.mark.parametrize("address", ["/liked/", "/history/"])
@pytest.mark.parametrize("cursor", ["2026-01-01~1", "2026-01-01T00:00:00~1", "yesterday~1"])
def test_a_time_without_a_zone_is_not_found(client, db, address, cursor):
    assert client.get(address, {"after": cursor}).status_code == 404


def test_the_next_link_leads_to_the_next_page(client, make_tracks):
    make_tracks(60)
    genre = Track.objects.first().genre_top
    first = client.get(genre.get_absolute_url())
    assert first.text.count('class="row"') == 50
    assert 'href="?after=10~' in first.text
    second = client.get(genre.get_absolute_url(), {"after": first.context["page"].next})
    assert [row.listens for row in second.context["page"].rows] == list(range(9, -1, -1))
    assert 'rel="next"' not in second.text
