"""A station in the making: begun from a seed, and asked for more as long as somebody listens."""

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from recommender.models import Station
from recommender.online.catalogue import catalogue
from recommender.online.reasons import Names
from recommender.online.refresh import item
from recommender.radio.program import choose
from recommender.radio.seed import Seed
from recommender.shelves import ShownItem, shown_items
from recommender.store import Item
from streaming.models import Listener

# Tracks of one answer.
MOST = 20


class NothingToPlay(LookupError):
    """No track of the catalogue can be played, or the listener has banned them all."""


def begin(listener_id: uuid.UUID, seed: str) -> Station:
    """A new station, which has given nothing yet; raises SeedError, UnknownSeed or NothingToPlay."""
    parsed = Seed.parse(seed)
    title, members = parsed.title(), parsed.members()
    if not catalogue().playable_count:
        raise NothingToPlay(_("no track of the catalogue can be played here: import some audio first"))
    Listener.objects.get_or_create(pk=listener_id)
    return Station.objects.create(listener_id=listener_id, seed=str(parsed), title=title, members=members)


def of_listener(listener_id: uuid.UUID, station_id: uuid.UUID) -> Station | None:
    """Theirs, or one that they began before they signed in."""
    theirs = Q(listener=listener_id) | Q(listener__merged_into=listener_id)
    return Station.objects.filter(theirs, pk=station_id).first()


@transaction.atomic
def go_on(station: Station, listener_id: uuid.UUID, *, after: int, count: int) -> tuple[list[ShownItem], int]:
    """The tracks that follow the first `after`, and where they end: what to ask for `after` next time.

    The same question has the same answer, so that one that was lost on its way can be asked again. A track that went
    or was banned since it was given is left out. Raises ValueError for an `after` that the station has not come to,
    and NothingToPlay.
    """
    station = Station.objects.select_for_update().get(pk=station.pk)
    if after > len(station.given):
        said = _("after={after} is more than the {count} tracks that this radio has given")
        raise ValueError(said.format(after=after, count=len(station.given)))
    if missing := after + count - len(station.given):
        _extend(station, listener_id, missing)
    items = [Item(**given) for given in station.given[after : after + count]]
    return shown_items(items, listener_id), after + len(items)


def _extend(station: Station, listener_id: uuid.UUID, count: int) -> None:
    if count <= 0:
        return
    offers = choose(station, listener_id, count)
    if not offers:
        raise NothingToPlay(_("no track is left that can be played here and that you have not banned"))
    names = Names.of((offer.reason for offer in offers), catalogue())
    station.given += [vars(item(offer, names)) for offer in offers]
    station.save()
