"""Last stage: every listener gets shelves by the new models, before they come back for them.

Whoever listens meanwhile has theirs made anew at each event; those newer than the models are left alone, and the store
itself refuses to put older ones in the place of newer (`recommender/store.py`). Listeners are read block by block, so
that a killed run has written what it had, and nobody waits for a transaction of all.
"""

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from recommender import online
from recommender.models import Recommendation
from streaming.models import Listener

BLOCK = 500


def write(since: datetime) -> int:
    """Replace the shelves made before `since`, when the models came into use; returns whose, in number."""
    written, last = 0, uuid.UUID(int=0)
    while block := list(_waiting(since).filter(pk__gt=last).values_list("pk", flat=True)[:BLOCK]):
        for listener_id in block:
            online.refresh(listener_id)
        written, last = written + len(block), block[-1]
    return written


def _waiting(since: datetime) -> QuerySet[Listener]:
    """Real listeners of whom something is known, without shelves that are new enough."""
    newer = Recommendation.objects.filter(listener=OuterRef("pk"), replaced_at=None, created_at__gte=since)
    listeners = Listener.objects.filter(
        is_simulated=False, is_personalised=True, merged_into=None, last_event_at__isnull=False
    )
    return listeners.exclude(Exists(newer)).order_by("pk")
