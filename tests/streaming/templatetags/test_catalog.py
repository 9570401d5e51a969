import pytest

from streaming.models import Album, Track
from streaming.templatetags.catalog import cover, duration, plain


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_599_999, "59:59"), (3_723_000, "1:02:03")],
)
def test_duration(milliseconds, words):
    assert duration(milliseconds) == words


def test_plain_text_of_html():
    assert plain("<p>Tom &amp; <b>Jerry</b></p>") == "Tom & Jerry"


def test_the_tracks_of_an_album_share_its_cover():
    assert cover(Track(pk=7, album=Album(pk=3))) == "/covers/album/3.svg"
    assert cover(Track(pk=7)) == "/covers/track/7.svg"
