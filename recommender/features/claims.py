"""Which worker analyses which track, so that no two do so, on however many machines.

A claim is a row of the catalogue's database, which all workers share. It is a lease: whoever is at work renews it, and
that of a worker that was killed is void a moment later. The database's clock counts, not those of the machines.

A worker claims from a list of what is missing that it read some time ago, and another may have been done with a track
since. So the claim of a track that is done stays for another lease, and a list is used for less than that.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, QuerySet
from django.db.models.functions import Now

from recommender.models import FeatureClaim
from streaming.models import Track

LEASE = timedelta(seconds=30)
# Seconds between two renewals.
RENEWAL = LEASE.total_seconds() / 4
# Seconds for which a list of what is missing may be claimed from.
LIST_LASTS = LEASE.total_seconds() / 2
NOBODY = ""


def held() -> QuerySet[FeatureClaim]:
    """The claims of all workers on what they analyse now."""
    return FeatureClaim.objects.filter(expires_at__gt=Now()).exclude(worker=NOBODY)


def taken() -> set[int]:
    """The tracks that cannot be claimed: somebody has them, or was done with them just now."""
    return set(FeatureClaim.objects.filter(expires_at__gt=Now()).values_list("pk", flat=True))


def allow_again(track_ids: Iterable[int]) -> None:
    """Let tracks be claimed that were done."""
    FeatureClaim.objects.filter(track__in=list(track_ids), worker=NOBODY).delete()


class Claims:
    """The claims of one worker; a context manager that gives back what is left of them."""

    def __init__(self) -> None:
        self.worker = f"{socket.gethostname()[:150]}, process {os.getpid()}, {secrets.token_hex(4)}"
        self._renewed = time.monotonic()

    def __enter__(self) -> "Claims":
        return self

    def __exit__(self, *exception: object) -> None:
        self._mine().delete()

    def take(self, track_ids: Iterable[int]) -> list[int]:
        """Claim those of the tracks that can be, in one step; returns which, in the order given."""
        wanted = list(track_ids)
        with transaction.atomic():
            FeatureClaim.objects.filter(expires_at__lte=Now()).delete()
            free = Track.objects.filter(pk__in=wanted, feature_claim=None).values_list("pk", flat=True)
            FeatureClaim.objects.bulk_create(
                [FeatureClaim(track_id=pk, worker=self.worker, expires_at=_end_of_lease()) for pk in free],
                ignore_conflicts=True,
            )
        mine = set(self._mine().filter(track__in=wanted).values_list("pk", flat=True))
        return [track_id for track_id in wanted if track_id in mine]

    def renew(self) -> None:
        """To be called often; does so when it is time."""
        if time.monotonic() - self._renewed >= RENEWAL:
            self._renewed = time.monotonic()
            self._mine().update(expires_at=_end_of_lease())

    def done(self, track_id: int) -> None:
        """The track has its features, or a problem."""
        self._mine().filter(track=track_id).update(worker=NOBODY, expires_at=_end_of_lease())

    def _mine(self) -> QuerySet[FeatureClaim]:
        return FeatureClaim.objects.filter(worker=self.worker)


def _end_of_lease() -> ExpressionWrapper:
    return ExpressionWrapper(Now() + LEASE, DateTimeField())
