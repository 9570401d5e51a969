"""Lists of all artists and of all albums: in an order, with a page after another, whole or of what can be played."""

from collections.abc import Mapping
from string import ascii_uppercase

from django.db.models import QuerySet
from django.http import HttpRequest

from streaming.pages.track_lists import Order, order_of

PAGE = 60
# The column, in small letters, of lists that are in the order of names; it is the same expression as an index has.
NAME = "name_key"


def listed(request: HttpRequest, found: QuerySet, playable: QuerySet, orders: Mapping[str, Order]) -> dict:
    """What a page shows of `found`, or of `playable` among them, by `?sort=`, `?playable=1` and `?after=`."""
    name, is_playable = order_of(request, orders), request.GET.get("playable") == "1"
    order, kept = orders[name], request.GET.copy()
    kept.pop("after", None)
    rows = (playable if is_playable else found).filter(order.known)
    return {
        "page": order.keyset().page(rows, request.GET.get("after"), PAGE),
        "playable": is_playable,
        "order": name,
        "orders": [(key, each.title) for key, each in orders.items()],
        "letters": _letters(order),
        # The address without its cursor, for links that lead on.
        "kept": kept.urlencode(),
    }


def _letters(order: Order) -> list[tuple[str, str]]:
    """Each letter with the cursor of all that begins with it or comes after; none where names are in no order."""
    if order.column != NAME:
        return []
    return [(letter, order.keyset().cursor(letter.lower(), 0)) for letter in ascii_uppercase]
