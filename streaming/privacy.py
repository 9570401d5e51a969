"""What listeners decide about what is known of them: cleared, not learned from, or deleted with their account.

An anonymous listener who signed in is the user from then on, and what the user decides holds for what came before.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import Signal, receiver

from streaming import erasures
from streaming.models import Ban, Erasure, Like, Listener, Playlist, TasteSettings

# Sent with `listener_id`, in the transaction: what was made for the listener before is void.
changed = Signal()

# What a listener said in so many words: it goes only where they want that too.
SAID = (Like, Ban, TasteSettings)
# What they made: it is theirs until they delete it, or their account.
MADE = (Playlist,)


@transaction.atomic
def clear(listener_id: uuid.UUID, *, verdicts: bool) -> None:
    """Forget what the listener did until now: plays and searches, and with `verdicts` what they said of taste too.

    The tables are clear when this returns; log and lake follow (`streaming/erasures.py`).
    """
    ids = identities(listener_id)
    erasures.request(ids, verdicts=verdicts)
    for rows in tables(ids).values():
        if rows.model not in MADE and (verdicts or rows.model not in SAID):
            rows.delete()
    # Of whoever kept likes or bans, the time says that shelves are to be made of them.
    Listener.objects.filter(pk__in=ids, likes=None, bans=None).update(last_event_at=None)
    changed.send(sender=clear, listener_id=listener_id)


@transaction.atomic
def set_personalised(listener_id: uuid.UUID, is_personalised: bool) -> None:
    """Whether models learn from the listener and shelves are made for them; plays are kept for their history anyway."""
    Listener.objects.update_or_create(pk=listener_id, defaults={"is_personalised": is_personalised})
    changed.send(sender=set_personalised, listener_id=listener_id)


@receiver(pre_delete, sender=Listener)
def forget_deleted(sender, instance: Listener, **kwargs) -> None:
    """Whoever deletes an account, by the page, the admin or the shell: the rest of it goes too."""
    # What a simulated listener did is nobody's secret, and there may be hundreds of them.
    if not instance.is_simulated:
        erasures.request([instance.pk], verdicts=True)


def may_be_used(listener_id: uuid.UUID, read_at: datetime) -> bool:
    """Whether something may be made for the listener from what was read of them at that time."""
    cleared = Erasure.objects.filter(pk=listener_id, history_until__gte=read_at)
    return not cleared.exists() and not Listener.objects.filter(pk=listener_id, is_personalised=False).exists()


def identities(listener_id: uuid.UUID) -> list[uuid.UUID]:
    """The ids under which the listener's events came.

    None for an anonymous listener who is somebody's account by now: that belongs to who can sign in to it.
    """
    if Listener.objects.filter(pk=listener_id, merged_into__isnull=False).exists():
        return []
    return [listener_id, *Listener.objects.filter(merged_into=listener_id).values_list("pk", flat=True)]


def tables(listener_ids: list[uuid.UUID]) -> dict[str, QuerySet]:
    """All rows about these listeners by their name, of whichever room's tables: each has a foreign key to Listener."""
    relations = [relation for relation in Listener._meta.related_objects if relation.related_model is not Listener]
    return {
        relation.get_accessor_name(): relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": listener_ids}
        )
        for relation in relations
    }
