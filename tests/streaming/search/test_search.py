"""Search finds what was written, however it was written, in an order that can be told beforehand."""

import pytest
from django.db import transaction

from streaming.models import Album, Artist, Genre, Track
from streaming.search import SearchResults, search


def titles(query: str, **options) -> list[str]:
    return [track.title for track in search(query, **options).tracks]


def make_tracks(artist: Artist, **listens_by_title: int) -> None:
    for title, listens in listens_by_title.items():
        Track.objects.create(title=title.replace("_", " "), artist=artist, listens=listens)


@pytest.mark.parametrize(
    "query", ["smoke", "SMOKE", "smo", "water smo", "on the wat", "deep purple", "purple smoke wa"]
)
def test_words_of_title_and_artist_find_a_track(smoke, query):
    assert search(query).tracks == [smoke]


@pytest.mark.parametrize("query", ["oke", "smoke fire", "shallow purple", "wat smoky"])
def test_every_word_must_be_there_from_its_beginning(smoke, query):
    assert search(query).tracks == []


def test_words_before_the_last_may_be_unfinished_where_nothing_has_them_whole(smoke):
    assert titles("dee smo") == [smoke.title]
    finished = Track.objects.create(title="Dee Smoulders", artist=smoke.artist)
    assert titles("dee smo") == [finished.title]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Café Tacvba", "cafe tacvba"),
        ("Cafe\u0301 noir", "café"),
        ("Motorhead", "Motörhead"),
        ("ÅNGSTRÖM", "angstrom"),
        ("Đêm Việt", "viet"),
        ("Don't Stop", "don't"),
        ("Don't Stop", "don t stop"),
        ("AC/DC live", "ac/dc"),
        ("Love & Hate", "love & hate"),
        ("Love & Hate", "love hate"),
        ("99 Luftballons", "99"),
        ("Песня о Родине", "песня"),
        ("東京の夜", "東京"),
    ],
)
def test_accents_case_and_punctuation_do_not_count(purple, title, query):
    Track.objects.create(title=title, artist=purple)
    assert titles(query) == [title]


def test_every_kind_is_found(smoke, purple):
    album = Album.objects.create(title="Deep in the Purple", artist=purple)
    genre = Genre.objects.create(title="Deep Purple House")
    assert search("deep purple") == SearchResults([purple], [album], [smoke], [genre])
    assert search("deep purple in").albums == [album]


def test_titles_that_are_the_query_go_before_those_that_begin_with_it_before_the_rest(purple):
    make_tracks(purple, Love=1, Lovely_day=50, Love_me=40, All_my_love=1000, Endless_love=2000, love=2)
    assert titles("love") == ["love", "Love", "Lovely day", "Love me", "Endless love", "All my love"]


def test_equal_matches_come_by_popularity(purple):
    make_tracks(purple, Rain_one=10, Rain_two=30, Rain_three=20)
    assert titles("rain") == ["Rain two", "Rain three", "Rain one"]
    assert titles("purple") == ["Rain two", "Rain three", "Rain one"]
    assert titles("rain", limit=2) == ["Rain two", "Rain three"]


def test_popularity_beyond_32_bits_of_row_id_is_kept(purple):
    make_tracks(purple, Rain_much=2**31 - 1, Rain_none=0)
    assert titles("rain") == ["Rain much", "Rain none"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        '""" "',
        "*",
        "-",
        "^",
        "()",
        "% %",
        "🎸",
        "\0",
        "\ud800",
        ";--",
        "\ue000",
        "_",
    ],
)
def test_a_query_without_a_word_finds_nothing_and_asks_nothing(smoke, query, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not search(query)


@pytest.mark.parametrize(
    "query",
    [
        'smoke"',
        '"smoke',
        "smoke*",
        "sm*",
        "(smoke",
        "-smoke",
        "^smoke",
        "smoke 🎸",
        "smoke\0water",
        "{smoke}",
        "+smoke",
        "smoke; DROP TABLE streaming_track",
        "smoke\ud800",
        "smoke " * 2000,
        "smoke " + "x" * 10_000,
        "(" * 10_000,
        "a " * 5_000,
        "é" * 10_000,
    ],
)
def test_punctuation_and_length_are_harmless(smoke, query):
    assert isinstance(search(query), SearchResults)


@pytest.mark.parametrize(
    "query", ['smoke"', "smoke*", "-smoke", "(smoke)", "smoke 🎸", "smoke\0water", "smoke " * 2000]
)
def test_operators_are_punctuation(smoke, query):
    assert search(query).tracks == [smoke]


@pytest.mark.parametrize("word", ["AND", "OR", "NOT", "NEAR", "rowid"])
def test_words_that_fts5_knows_are_words(smoke, word):
    assert search(f"smoke {word} water").tracks == []
    Track.objects.filter(pk=smoke.pk).update(title=f"smoke {word} water")
    assert search(f"smoke {word} water").tracks == [smoke]


def test_a_search_takes_five_queries_however_much_it_finds(purple, django_assert_num_queries):
    for number in range(30):
        Track.objects.create(title=f"Rain {number}", artist=purple)
        Album.objects.create(title=f"Rain {number}", artist=purple)
        Artist.objects.create(name=f"Rain {number}")
        Genre.objects.create(title=f"Rain {number}")
    with django_assert_num_queries(5):
        found = search("rain", limit=7)
        for shown in [*found.tracks, *found.albums]:
            assert shown.artist.name == "Deep Purple"
        assert [len(kind) for kind in (found.artists, found.albums, found.tracks, found.genres)] == [7, 7, 7, 7]


def test_updates_are_found(smoke, purple):
    Track.objects.filter(pk=smoke.pk).update(title="Fire in the Sky")
    assert search("smoke").tracks == []
    assert search("fire").tracks == [smoke]
    other = Artist.objects.create(name="Frank Zappa")
    Track.objects.filter(pk=smoke.pk).update(artist=other)
    assert search("purple").tracks == []
    assert search("zappa fire").tracks == [smoke]


def test_a_changed_popularity_changes_the_order(purple):
    make_tracks(purple, Rain_one=10, Rain_two=30)
    Track.objects.filter(title="Rain one").update(listens=40)
    assert titles("rain") == ["Rain one", "Rain two"]


def test_renaming_an_artist_renames_him_with_his_works(smoke, purple):
    album = Album.objects.create(title="Machine Head", artist=purple)
    purple.name = "Pale Green"
    purple.save()
    assert not search("purple")
    assert search("green") == SearchResults([purple], [album], [smoke])


def test_what_is_deleted_is_not_found(smoke, purple):
    Album.objects.create(title="Smoke", artist=purple)
    Genre.objects.create(title="Smoke").delete()
    purple.delete()
    assert not search("smoke")


def test_a_transaction_rolled_back_leaves_no_trace(smoke):
    with pytest.raises(RuntimeError), transaction.atomic():
        Track.objects.update(title="Fire")
        assert search("fire").tracks == [smoke]
        raise RuntimeError
    assert search("fire").tracks == []
    assert search("smoke").tracks == [smoke]
