"""What the recommender knows of a listener, for their page; and its shelves gone as soon as the listener says so."""

from django.dispatch import receiver
from django.utils import timezone

from recommender import store
from recommender.shelves import ShownShelves, joined
from streaming import privacy


@receiver(privacy.changed)
def void_shelves(sender, listener_id, **kwargs) -> None:
    """At once: a refresh takes a moment, and until then pages would show them. The cold start's are seen instead."""
    store.replace(listener_id, [], timezone.now())


def own_shelves(listener_id) -> ShownShelves | None:
    """The shelves that stand for this listener alone, with their reasons; None where they see everybody's."""
    standing = store.standing(listener_id)
    return joined(standing) if standing else None
