"""Rules as a query: the database answers them, whatever the size of the catalogue."""

import uuid
from functools import reduce
from operator import and_, or_

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Mod
from django.utils import timezone

from streaming.models import Track
from streaming.smart.fields import FIELDS, Asker

# Lehmer's generator (Park and Miller, 1988): a track's number times the factor, modulo a prime, in an order that looks
# like chance and is the same for a day, so that the pages of a list fit together.
FACTOR, PRIME = 48_271, 2**31 - 1


def tracks(rules: dict, listener_id: uuid.UUID) -> list[int]:
    """Ids of the tracks that checked rules let through, in their order and up to their limit."""
    asker = Asker(listener_id, timezone.now())
    found = Track.objects.filter(_group(rules, asker))
    return list(_sorted(found, rules["sort"], asker).values_list("pk", flat=True)[: rules["limit"]])


def _group(group: dict, asker: Asker) -> Q:
    parts = [_group(rule, asker) if "rules" in rule else _rule(rule, asker) for rule in group["rules"]]
    return reduce(and_ if group["match"] == "all" else or_, parts)


def _rule(rule: dict, asker: Asker) -> Q:
    return FIELDS[rule["field"]].condition(rule["op"], rule["value"], asker)


def _sorted(found: QuerySet[Track], sort: str, asker: Asker) -> QuerySet[Track]:
    if sort == "random":
        # Another day, another place to begin at.
        day = asker.at.toordinal() * 7_919
        return found.order_by(Mod((F("pk") + Value(day)) * Value(FACTOR), Value(PRIME)), "pk")
    if sort == "most_played":
        own = Count("plays", filter=Q(plays__listener=asker.listener_id))
        return found.annotate(own_plays=own).order_by("-own_plays", "-listens", "pk")
    if sort == "year":
        return found.order_by(F("year").desc(nulls_last=True), "-listens", "pk")
    column = {
        "popular": "-listens",
        "added": "-added_at",
        "title": "title",
        "shortest": "duration_ms",
        "longest": "-duration_ms",
    }[sort]
    return found.order_by(column, "pk")
