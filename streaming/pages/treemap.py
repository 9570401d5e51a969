"""Rectangles of given sizes that fill another: Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).

Rows are laid along the shorter side of what is left; a row takes the next size as long as that makes the worst of its
rectangles more like a square.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rectangle:
    left: float
    top: float
    width: float
    height: float

    def within(self, whole: "Rectangle") -> "Rectangle":
        """In per cent of another, rounded as a style sheet needs it."""
        return Rectangle(
            round(100 * (self.left - whole.left) / whole.width, 3),
            round(100 * (self.top - whole.top) / whole.height, 3),
            round(100 * self.width / whole.width, 3),
            round(100 * self.height / whole.height, 3),
        )


def squarified(sizes: Sequence[float], whole: Rectangle) -> list[Rectangle]:
    """A rectangle a size, whose areas are in the proportions of the sizes (above 0, descending)."""
    total = sum(sizes)
    areas = [size * whole.width * whole.height / total for size in sizes]
    found: list[Rectangle] = []
    free = whole
    while len(found) < len(areas):
        row = _row(areas[len(found) :], min(free.width, free.height))
        laid, free = _lay(row, free)
        found += laid
    return found


def _row(areas: Sequence[float], side: float) -> Sequence[float]:
    """As many of the first areas as make the best row along a side of that length."""
    for count in range(1, len(areas)):
        if _worst(areas[: count + 1], side) > _worst(areas[:count], side):
            return areas[:count]
    return areas


def _worst(row: Sequence[float], side: float) -> float:
    """The highest ratio of a longer to a shorter side among the rectangles of a row."""
    thick = sum(row) / side
    return max(max(thick * thick / area, area / (thick * thick)) for area in row)


def _lay(row: Sequence[float], free: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """The row's rectangles along the shorter side, and what is left."""
    upright = free.width >= free.height
    thick = sum(row) / (free.height if upright else free.width)
    laid, along = [], free.top if upright else free.left
    for area in row:
        length = area / thick
        laid.append(
            Rectangle(free.left, along, thick, length) if upright else Rectangle(along, free.top, length, thick)
        )
        along += length
    if upright:
        return laid, Rectangle(free.left + thick, free.top, free.width - thick, free.height)
    return laid, Rectangle(free.left, free.top + thick, free.width, free.height - thick)
