"""Rows that stand in a file twice."""

from recommender.features.repeats import Repeats


def test_first_line_of_each_key():
    with Repeats() as repeats:
        assert repeats.earlier(b"ada", 1, b"red") is None
        assert repeats.earlier(b"grace", 2) is None
        assert repeats.earlier(b"ada", 3, b"blue") == (1, b"red")
        assert repeats.earlier(b"ada", 4) == (1, b"red")
        assert repeats.earlier(b"grace", 5) == (2, b"")


def test_nothing_is_remembered_of_another_file():
    for _ in range(2):
        with Repeats() as repeats:
            assert repeats.earlier(b"ada", 1) is None
