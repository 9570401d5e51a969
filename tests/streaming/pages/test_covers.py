from xml.etree import ElementTree

import pytest

from streaming.pages.artwork import draw


def test_a_cover_is_an_svg_that_may_be_kept_for_a_month(client, album):
    answer = client.get(f"/covers/album/{album.pk}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=2592000"
    assert not answer.cookies
    assert ElementTree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("address", ["/covers/album/9.svg", "/covers/playlist/1.svg", "/covers/folder/1.svg"])
def test_what_has_no_cover_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


def test_the_same_seed_gives_the_same_picture_and_another_seed_another():
    assert draw("album 1 Soft Commands") == draw("album 1 Soft Commands")
    assert len({draw(f"album {n} Soft Commands") for n in range(200)}) == 200


@pytest.mark.parametrize("seed", ["", "<script>", "🌅 أغنية", "\ud800"])
def test_every_seed_gives_well_formed_xml(seed):
    for n in range(30):
        ElementTree.fromstring(draw(f"{seed}{n}"))
