"""The map of genres: areas in proportion, nothing beside the whole and nothing twice."""

import pytest

from streaming.models import Genre
from streaming.pages.genres import regions, tree
from streaming.pages.treemap import Rectangle, squarified

WHOLE = Rectangle(0, 0, 6, 4)


def test_the_example_of_the_paper():
    """Bruls, Huizing and van Wijk, figure 4: sizes 6, 6, 4, 3, 2, 2, 1 in 6 × 4."""
    places = squarified([6, 6, 4, 3, 2, 2, 1], WHOLE)
    assert [(round(place.width, 3), round(place.height, 3)) for place in places[:4]] == [
        (3, 2),
        (3, 2),
        (1.714, 2.333),
        (1.286, 2.333),
    ]


@pytest.mark.parametrize("sizes", [[1], [5, 5], [100, 10, 1, 1], list(range(60, 0, -1))])
def test_areas_are_in_proportion_and_fill_the_whole(sizes):
    places = squarified(sizes, WHOLE)
    areas = [place.width * place.height for place in places]
    assert areas == pytest.approx([24 * size / sum(sizes) for size in sizes])
    for place in places:
        assert place.left >= -1e-9
        assert place.top >= -1e-9
        assert place.left + place.width <= 6 + 1e-9
        assert place.top + place.height <= 4 + 1e-9
    for n, one in enumerate(places):
        for other in places[n + 1 :]:
            apart_x = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
            apart_y = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
            assert min(apart_x, apart_y) < 1e-9


def test_children_lie_within_their_parent_and_the_smallest_are_left_to_the_tree(db):
    rock = Genre.objects.create(title="Rock", track_count=9_000)
    Genre.objects.create(title="Punk", parent=rock, track_count=3_000)
    Genre.objects.create(title="Folk", track_count=1_000)
    Genre.objects.create(title="Yodel", track_count=1)
    found = regions(tree())
    assert [region["genre"].title for region in found] == ["Rock", "Folk"]
    assert [child["genre"].title for child in found[0]["children"]] == ["Punk"]
    assert found[0]["place"].width == pytest.approx(90)
